target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.loops(ptr noalias nonnull %cx, i64 %v0, ptr noalias nonnull %results) #0 {
start:
  %l0 = alloca i64, align 8
  store i64 0, ptr %l0, align 8
  br label %L1.head
L1.head:
  %v2 = phi i64 [ %v0, %start ], [ %v2.next, %L1.next ]
  %t0 = icmp sgt i64 %v2, 0
  br i1 %t0, label %L1.body, label %L1.end
L1.body:
  %t1 = load i64, ptr %l0, align 8
  %t2 = call { i64, i1 } @llvm.sadd.with.overflow.i64(i64 %t1, i64 %v2)
  %t3 = extractvalue { i64, i1 } %t2, 0
  %t4 = extractvalue { i64, i1 } %t2, 1
  %t5 = ashr i64 %t1, 63
  %t6 = xor i64 %t5, 9223372036854775807
  %t7 = xor i1 %t4, true
  br i1 %t7, label %chosen0, label %other0, !prof !0
other0:
  br label %chosen0
chosen0:
  %v4 = phi i64 [ %t3, %L1.body ], [ %t6, %other0 ]
  store i64 %v4, ptr %l0, align 8
  %v5 = icmp sgt i64 %v4, %v0
  br i1 %v5, label %then9, label %end9
then9:
  br label %L0.end
end9:
  br label %L1.next
L1.next:
  %v2.next = add nsw i64 %v2, -2
  br label %L1.head, !llvm.loop !3
L1.end:
  br label %L2.body
L2.body:
  br label %L2.end
L2.end:
  br label %L0.end
L0.end:
  %t8 = load i64, ptr %l0, align 8
  %t9 = getelementptr inbounds nuw { i64 }, ptr %results, i32 0, i32 0
  store i64 %t8, ptr %t9, align 8
  ret i32 0
}

declare { i64, i1 } @llvm.sadd.with.overflow.i64(i64, i64)

attributes #0 = { nounwind noinline alignstack=64 "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
!3 = distinct !{!3, !{!"llvm.loop.vectorize.enable", i1 false}}
