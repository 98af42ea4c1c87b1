target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, i32 %v0, ptr noalias nonnull %results) #0 {
start:
  %v8 = sitofp i32 %v0 to double
  %v10 = fdiv double %v8, 0x404E000000000000
  %v11 = call double @llvm.floor.f64(double %v10)
  %v18 = fmul double %v11, 0x404E000000000000
  %v19 = sitofp i32 %v0 to double
  %v20 = fsub double %v19, %v18
  %t0 = fptosi double %v20 to i64
  %t1 = getelementptr inbounds nuw { double, i64 }, ptr %results, i32 0, i32 0
  store double %v11, ptr %t1, align 8
  %t2 = getelementptr inbounds nuw { double, i64 }, ptr %results, i32 0, i32 1
  store i64 %t0, ptr %t2, align 8
  ret i32 0
}

declare double @llvm.floor.f64(double)

attributes #0 = { nounwind noinline "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
