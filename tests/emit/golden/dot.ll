target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.dot(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias %v1.data, i32 range(i32 0, -2147483648) %v1.length, i64 %v1.owner, ptr noalias nonnull %results) #1 {
start:
  %l0 = alloca double, align 8
  store double 0.0, ptr %l0, align 8
  br label %L0.head
L0.head:
  %v4 = phi i32 [ 0, %start ], [ %v4.next, %L0.next ]
  %t0 = icmp slt i32 %v4, %v0.length
  br i1 %t0, label %L0.body, label %L0.end
L0.body:
  %t1 = sext i32 %v4 to i64
  %t2 = getelementptr inbounds nuw double, ptr %v0.data, i64 %t1
  %v5 = load double, ptr %t2, align 8
  %t3 = icmp ult i32 %v4, %v1.length
  %t4 = sext i32 %v4 to i64
  br i1 %t3, label %ok0, label %bad0, !prof !0
ok0:
  %t5 = getelementptr inbounds nuw double, ptr %v1.data, i64 %t4
  %v6 = load double, ptr %t5, align 8
  %v7 = fmul contract double %v5, %v6
  %t6 = load double, ptr %l0, align 8
  %v9 = fadd contract reassoc double %t6, %v7
  store double %v9, ptr %l0, align 8
  br label %L0.next
L0.next:
  %v4.next = add nsw i32 %v4, 1
  br label %L0.head, !llvm.loop !3
L0.end:
  %t7 = load double, ptr %l0, align 8
  %t8 = getelementptr inbounds nuw { double }, ptr %results, i32 0, i32 0
  store double %t7, ptr %t8, align 8
  ret i32 0
bad0:
  call void @nb.fail.index(ptr %cx, i32 0, i64 %t4, i32 %v1.length)
  ret i32 1
}

declare hidden void @nb.fail.index(ptr captures(none) %cx, i32 %site, i64 %index, i32 %length) #0

attributes #0 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="512" }
attributes #1 = { nounwind noinline alignstack=64 "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
!3 = distinct !{!3, !{!"llvm.loop.vectorize.enable", i1 false}}
