target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64 }
%nb.block = type { ptr, ptr, i64, ptr, ptr }

define internal i32 @fn.numbers(ptr noalias nonnull %cx, double %v0, i32 %v1, i64 %v2, ptr noalias nonnull %results) #1 {
start:
  %t0 = call double @llvm.floor.f64(double %v0)
  %t1 = fsub double %v0, %t0
  %t2 = fcmp oge double %t1, 0.5
  %t3 = fadd double %t0, 1.0
  %t4 = select i1 %t2, double %t3, double %t0
  %v3 = call double @llvm.copysign.f64(double %t4, double %v0)
  %v4 = call nsz double @llvm.minimum.f64(double %v3, double %v0)
  %t5 = call double @llvm.fabs.f64(double %v0)
  %t6 = fcmp olt double %t5, 0x43E0000000000000
  br i1 %t6, label %int5, label %slow5, !prof !0
slow5:
  %t7 = fmul double %v0, 0x3DF0000000000000
  %t8 = call double @llvm.trunc.f64(double %t7)
  %t9 = fmul double %t8, 0x41F0000000000000
  %t10 = fsub double %v0, %t9
  %t11 = fcmp ord double %t10, 0.0
  %t12 = select i1 %t11, double %t10, double 0.0
  br label %int5
int5:
  %t13 = phi double [ %v0, %start ], [ %t12, %slow5 ]
  %t14 = fptosi double %t13 to i64
  %v5 = trunc i64 %t14 to i32
  %t15 = fcmp ogt double %v0, 0.0
  %t16 = select i1 %t15, double %v0, double 0.0
  %t17 = fcmp olt double %t16, 0x406FE00000000000
  %t18 = select i1 %t17, double %t16, double 0x406FE00000000000
  %t19 = call double @llvm.roundeven.f64(double %t18)
  %v6 = fptosi double %t19 to i32
  %t20 = and i32 %v5, 31
  %v7 = shl i32 %v1, %t20
  %v8 = sub nsw i32 %v7, %v6
  %t21 = sext i64 %v2 to i128
  %t22 = zext i64 %v2 to i128
  %t23 = mul i128 %t21, %t22
  %t24 = trunc i128 %t23 to i64
  %t25 = sext i64 %t24 to i128
  %t26 = icmp eq i128 %t25, %t23
  br i1 %t26, label %ok0, label %bad0, !prof !0
ok0:
  %t27 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 0
  store double %v4, ptr %t27, align 8
  %t28 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 1
  store i32 %v5, ptr %t28, align 4
  %t29 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 2
  store i32 %v6, ptr %t29, align 4
  %t30 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 3
  store i32 %v8, ptr %t30, align 4
  %t31 = getelementptr inbounds nuw { double, i32, i32, i32, i64 }, ptr %results, i32 0, i32 4
  store i64 %t24, ptr %t31, align 8
  ret i32 0
bad0:
  call void @nb.fail(ptr %cx, i32 0, double 0.0, double 0.0)
  ret i32 1
}

define internal void @nb.fail(ptr %cx, i32 %site, double %a, double %b) #0 {
  %site.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 0
  %a.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 2
  %b.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 3
  store i32 %site, ptr %site.at, align 4
  store double %a, ptr %a.at, align 8
  store double %b, ptr %b.at, align 8
  ret void
}

declare double @llvm.floor.f64(double)
declare double @llvm.copysign.f64(double, double)
declare double @llvm.minimum.f64(double, double)
declare double @llvm.fabs.f64(double)
declare double @llvm.trunc.f64(double)
declare double @llvm.roundeven.f64(double)

attributes #0 = { nounwind cold noinline nomerge "target-cpu"="x86-64-v4" "target-features"="+avx512f,+avx512vl" "prefer-vector-width"="512" }
attributes #1 = { nounwind noinline "target-cpu"="x86-64-v4" "target-features"="+avx512f,+avx512vl" "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
