target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias nonnull %results) #0 {
start:
  %l2 = alloca double, align 8
  store double 0.0, ptr %l2, align 8
  store double 0x0000000000000000, ptr %l2, align 8
  br label %L1.head
L1.head:
  %v10 = phi i32 [ 0, %start ], [ %v10.next, %L1.next ]
  %t0 = icmp slt i32 %v10, %v0.length
  br i1 %t0, label %L1.body, label %L1.end
L1.body:
  %t1 = load double, ptr %l2, align 8
  %t2 = sext i32 %v10 to i64
  %t3 = getelementptr inbounds nuw double, ptr %v0.data, i64 %t2
  %v13 = load double, ptr %t3, align 8
  %v14 = call double @llvm.sqrt.f64(double %v13)
  %v17 = fmul double %v14, 0x4000000000000000
  %v20 = fadd double %v17, 0x3FF0000000000000
  %v21 = fadd double %t1, %v20
  store double %v21, ptr %l2, align 8
  br label %L1.next
L1.next:
  %v10.next = add nsw i32 %v10, 1
  br label %L1.head
L1.end:
  %t4 = load double, ptr %l2, align 8
  %t5 = getelementptr inbounds nuw { double }, ptr %results, i32 0, i32 0
  store double %t4, ptr %t5, align 8
  ret i32 0
}

declare double @llvm.sqrt.f64(double)

attributes #0 = { nounwind noinline "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
