target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias nonnull %results) #0 {
start:
  %l2 = alloca i64, align 8
  store i64 0, ptr %l2, align 8
  store i64 -3750763034362895579, ptr %l2, align 8
  br label %L1.head
L1.head:
  %v9 = phi i32 [ 0, %start ], [ %v9.next, %L1.next ]
  %t0 = icmp slt i32 %v9, %v0.length
  br i1 %t0, label %L1.body, label %L1.end
L1.body:
  %t1 = load i64, ptr %l2, align 8
  %t2 = sext i32 %v9 to i64
  %t3 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t2
  %t4 = load i8, ptr %t3, align 1
  %v13 = zext i8 %t4 to i32
  %v14 = sext i32 %v13 to i64
  %v15 = xor i64 %t1, %v14
  %v17 = mul i64 %v15, 1099511628211
  store i64 %v17, ptr %l2, align 8
  br label %L1.next
L1.next:
  %v9.next = add nsw i32 %v9, 1
  br label %L1.head
L1.end:
  %t5 = load i64, ptr %l2, align 8
  %t6 = getelementptr inbounds nuw { i64 }, ptr %results, i32 0, i32 0
  store i64 %t5, ptr %t6, align 8
  ret i32 0
}

attributes #0 = { nounwind noinline "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
