target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.numbers(ptr noalias nonnull %cx, double %v0, i32 %v1, i64 %v2, ptr noalias nonnull %results) #1 {
start:
  %t0 = call double @llvm.rint.f64(double %v0)
  %t1 = fsub double %v0, %t0
  %t2 = fcmp une double %t1, 0.5
  %t3 = fadd double %t0, 1.0
  %v3 = select i1 %t2, double %t0, double %t3
  %t4 = fcmp olt double %v3, %v0
  %t5 = select i1 %t4, double %v3, double %v0
  %t6 = bitcast double %t5 to i64
  %t7 = fcmp olt double %v0, %v3
  %t8 = select i1 %t7, double %v0, double %v3
  %t9 = bitcast double %t8 to i64
  %t10 = or i64 %t6, %t9
  %t11 = bitcast i64 %t10 to double
  %t12 = call double @llvm.fabs.f64(double %v0)
  %t13 = fcmp olt double %t12, 0x43E0000000000000
  br i1 %t13, label %int5, label %slow5, !prof !0
slow5:
  %t14 = fmul double %v0, 0x3DF0000000000000
  %t15 = call double @llvm.trunc.f64(double %t14)
  %t16 = fmul double %t15, 0x41F0000000000000
  %t17 = fsub double %v0, %t16
  %t18 = fcmp ord double %t17, 0.0
  %t19 = select i1 %t18, double %t17, double 0.0
  br label %int5
int5:
  %t20 = phi double [ %v0, %start ], [ %t19, %slow5 ]
  %t21 = fptosi double %t20 to i64
  %t22 = trunc i64 %t21 to i32
  %t23 = fcmp ogt double %v0, 0.0
  %t24 = select i1 %t23, double %v0, double 0.0
  %t25 = fcmp olt double %t24, 0x406FE00000000000
  %t26 = select i1 %t25, double %t24, double 0x406FE00000000000
  %t27 = call double @llvm.rint.f64(double %t26)
  %v6 = fptosi double %t27 to i32
  %t28 = and i32 %t22, 31
  %v7 = shl i32 %v1, %t28
  %v8 = sub nsw i32 %v7, %v6
  %t29 = sext i64 %v2 to i128
  %t30 = zext i64 %v2 to i128
  %t31 = mul i128 %t29, %t30
  %t32 = trunc i128 %t31 to i64
  %t33 = sext i64 %t32 to i128
  %t34 = icmp eq i128 %t33, %t31
  br i1 %t34, label %ok0, label %bad0, !prof !0
ok0:
  %t35 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 0
  store double %t11, ptr %t35, align 8
  %t36 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 1
  store i32 %t22, ptr %t36, align 4
  %t37 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 2
  store i32 %v6, ptr %t37, align 4
  %t38 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 3
  store i32 %v8, ptr %t38, align 4
  %t39 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 4
  store i64 %t32, ptr %t39, align 8
  ret i32 0
bad0:
  call void @nb.fail(ptr %cx, i32 0, double 0.0, double 0.0)
  ret i32 1
}

declare double @llvm.rint.f64(double)
declare double @llvm.fabs.f64(double)
declare double @llvm.trunc.f64(double)
declare hidden void @nb.fail(ptr captures(none) %cx, i32 %site, double %a, double %b) #0

attributes #0 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="512" }
attributes #1 = { nounwind noinline "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
