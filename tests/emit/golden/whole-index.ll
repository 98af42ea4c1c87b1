target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.at(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, double %v1, double %v2, ptr noalias nonnull %results) #1 {
start:
  %v3 = call double @llvm.floor.f64(double %v1)
  %v4 = call double @llvm.ceil.f64(double %v2)
  %v6 = fmul double %v3, 0x4070000000000000
  %v7 = fadd double %v6, %v4
  %t0 = insertelement <2 x double> zeroinitializer, double %v7, i32 0
  %t1 = call i32 @llvm.x86.sse2.cvttsd2si(<2 x double> %t0)
  %t2 = icmp ult i32 %t1, %v0.length
  br i1 %t2, label %ok0, label %bad0, !prof !0
ok0:
  %v8 = zext nneg i32 %t1 to i64
  %t3 = getelementptr inbounds nuw float, ptr %v0.data, i64 %v8
  %v9 = load float, ptr %t3, align 4
  %v10 = fadd reassoc double %v6, %v4
  %t4 = fptosi double %v10 to i32
  %t5 = freeze i32 %t4
  %t6 = icmp ult i32 %t5, %v0.length
  %t7 = sitofp i32 %t5 to double
  %t8 = fcmp oeq double %t7, %v10
  %t9 = and i1 %t6, %t8
  br i1 %t9, label %ok1, label %bad1, !prof !0
ok1:
  %v11 = zext nneg i32 %t5 to i64
  %t10 = getelementptr inbounds nuw float, ptr %v0.data, i64 %v11
  %v12 = load float, ptr %t10, align 4
  %v13 = fadd float %v9, %v12
  %t11 = getelementptr inbounds nuw { float }, ptr %results, i32 0, i32 0
  store float %v13, ptr %t11, align 4
  ret i32 0
bad0:
  call void @nb.fail.toindex(ptr %cx, i32 0, double %v7, i32 %v0.length)
  ret i32 1
bad1:
  call void @nb.fail.toindex(ptr %cx, i32 0, double %v10, i32 %v0.length)
  ret i32 1
}

declare double @llvm.floor.f64(double)
declare double @llvm.ceil.f64(double)
declare hidden void @nb.fail.toindex(ptr captures(none) %cx, i32 %site, double %a, i32 %length) #0
declare i32 @llvm.x86.sse2.cvttsd2si(<2 x double>)

attributes #0 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="512" }
attributes #1 = { nounwind noinline "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
