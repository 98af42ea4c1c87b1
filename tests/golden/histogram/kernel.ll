target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias %v1.data, i32 range(i32 0, -2147483648) %v1.length, i64 %v1.owner) #1 {
start:
  %v22 = sext i32 %v1.length to i64
  %v23 = add i64 -256, %v22
  %v25 = icmp sge i64 %v23, 0
  br i1 %v25, label %then34, label %else34
then34:
  br label %L2.head
L2.head:
  %v27 = phi i32 [ 0, %then34 ], [ %v27.next, %L2.next ]
  %t0 = icmp slt i32 %v27, %v0.length
  br i1 %t0, label %L2.body, label %L2.end
L2.body:
  %t1 = sext i32 %v27 to i64
  %t2 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t1
  %t3 = load i8, ptr %t2, align 1
  %v28 = zext i8 %t3 to i32
  %t4 = sext i32 %v28 to i64
  %t5 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t4
  %t6 = load i32, ptr %t5, align 4
  %v29 = zext i32 %t6 to i64
  %v31 = add nsw i64 %v29, 1
  %v32 = trunc i64 %v31 to i32
  %t7 = sext i32 %v28 to i64
  %t8 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t7
  store i32 %v32, ptr %t8, align 4
  br label %L2.next
L2.next:
  %v27.next = add nsw i32 %v27, 1
  br label %L2.head
L2.end:
  br label %end34
else34:
  br label %L1.head
L1.head:
  %v7 = phi i32 [ 0, %else34 ], [ %v7.next, %L1.next ]
  %t9 = icmp slt i32 %v7, %v0.length
  br i1 %t9, label %L1.body, label %L1.end
L1.body:
  %t10 = sext i32 %v7 to i64
  %t11 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t10
  %t12 = load i8, ptr %t11, align 1
  %v8 = zext i8 %t12 to i32
  %t13 = icmp ult i32 %v8, %v1.length
  %t14 = sext i32 %v8 to i64
  br i1 %t13, label %ok0, label %bad0, !prof !0
ok0:
  %t15 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t14
  %t16 = load i32, ptr %t15, align 4
  %v12 = zext i32 %t16 to i64
  %v15 = add nsw i64 %v12, 1
  %v16 = trunc i64 %v15 to i32
  %t17 = icmp ult i32 %v8, %v1.length
  %t18 = sext i32 %v8 to i64
  br i1 %t17, label %ok1, label %bad1, !prof !0
ok1:
  %t19 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t18
  store i32 %v16, ptr %t19, align 4
  br label %L1.next
L1.next:
  %v7.next = add nsw i32 %v7, 1
  br label %L1.head, !llvm.loop !3
L1.end:
  br label %end34
end34:
  ret i32 0
bad0:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t14, i32 %v1.length)
  ret i32 1
bad1:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t18, i32 %v1.length)
  ret i32 1
}

declare hidden void @nb.fail.index(ptr captures(none) %cx, i32 %site, i64 %index, i32 %length) #0

attributes #0 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="256" }
attributes #1 = { nounwind noinline "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
!3 = distinct !{!3, !{!"llvm.loop.vectorize.enable", i1 false}}
