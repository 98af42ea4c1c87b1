target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, i32 %v0, ptr noalias nonnull %results) #0 {
start:
  %v8 = sitofp i32 %v0 to double
  %v10 = fdiv double %v8, 0x404E000000000000
  %v11 = call double @llvm.floor.f64(double %v10)
  %t0 = sdiv i32 %v0, 60
  %t1 = mul i32 %t0, 60
  %t2 = sub i32 %v0, %t1
  %t3 = xor i32 %t2, 60
  %t4 = icmp slt i32 %t3, 0
  %t5 = icmp ne i32 %t2, 0
  %t6 = and i1 %t4, %t5
  %t7 = sext i1 %t6 to i32
  %t8 = add i32 %t0, %t7
  %v18 = sitofp i32 %t8 to double
  %v20 = fmul double %v18, 0x404E000000000000
  %v21 = sitofp i32 %v0 to double
  %v22 = fsub double %v21, %v20
  %t9 = fptosi double %v22 to i32
  %t10 = getelementptr inbounds nuw { i32, i32 }, ptr %results, i32 0, i32 0
  store i32 %t8, ptr %t10, align 4
  %t11 = getelementptr inbounds nuw { i32, i32 }, ptr %results, i32 0, i32 1
  store i32 %t9, ptr %t11, align 4
  ret i32 0
}

declare double @llvm.floor.f64(double)

attributes #0 = { nounwind noinline "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
