target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, i32 %v0, ptr noalias nonnull %results) #0 {
start:
  %l2 = alloca double, align 8
  %l4 = alloca double, align 8
  %l6 = alloca double, align 8
  store double 0.0, ptr %l2, align 8
  store double 0.0, ptr %l4, align 8
  store double 0.0, ptr %l6, align 8
  %v4 = icmp slt i32 %v0, 2
  br i1 %v4, label %then24, label %else24
then24:
  %v6 = sitofp i32 %v0 to double
  store double %v6, ptr %l2, align 8
  br label %end24
else24:
  %v10 = sub nsw i32 %v0, 1
  %t0 = call { i32, double } @inner.fibonacci.0(ptr %cx, i32 %v10)
  %t1 = extractvalue { i32, double } %t0, 0
  %t2 = icmp eq i32 %t1, 0
  br i1 %t2, label %ok0, label %bad0, !prof !0
ok0:
  %t3 = extractvalue { i32, double } %t0, 1
  store double %t3, ptr %l4, align 8
  %t4 = load double, ptr %l4, align 8
  %v17 = sub nsw i32 %v0, 2
  %t5 = call { i32, double } @inner.fibonacci.0(ptr %cx, i32 %v17)
  %t6 = extractvalue { i32, double } %t5, 0
  %t7 = icmp eq i32 %t6, 0
  br i1 %t7, label %ok1, label %bad1, !prof !0
ok1:
  %t8 = extractvalue { i32, double } %t5, 1
  store double %t8, ptr %l6, align 8
  %t9 = load double, ptr %l6, align 8
  %v22 = fadd double %t4, %t9
  store double %v22, ptr %l2, align 8
  br label %end24
end24:
  %t10 = load double, ptr %l2, align 8
  %t11 = getelementptr inbounds nuw { double }, ptr %results, i32 0, i32 0
  store double %t10, ptr %t11, align 8
  ret i32 0
bad0:
  ret i32 1
bad1:
  ret i32 1
}

define internal { i32, double } @inner.fibonacci.0(ptr noalias nonnull %cx, i32 %v0) #2 {
start:
  %l2 = alloca double, align 8
  %l4 = alloca double, align 8
  %l6 = alloca double, align 8
  store double 0.0, ptr %l2, align 8
  store double 0.0, ptr %l4, align 8
  store double 0.0, ptr %l6, align 8
  %t0 = call ptr @llvm.stacksave.p0()
  %t1 = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 5
  %t2 = load ptr, ptr %t1, align 8
  %t3 = icmp uge ptr %t0, %t2
  br i1 %t3, label %ok0, label %bad0, !prof !0
ok0:
  %v4 = icmp slt i32 %v0, 2
  br i1 %v4, label %then24, label %else24
then24:
  %v6 = sitofp i32 %v0 to double
  store double %v6, ptr %l2, align 8
  br label %end24
else24:
  %v10 = sub nsw i32 %v0, 1
  %t4 = call { i32, double } @inner.fibonacci.0(ptr %cx, i32 %v10)
  %t5 = extractvalue { i32, double } %t4, 0
  %t6 = icmp eq i32 %t5, 0
  br i1 %t6, label %ok1, label %bad1, !prof !0
ok1:
  %t7 = extractvalue { i32, double } %t4, 1
  store double %t7, ptr %l4, align 8
  %t8 = load double, ptr %l4, align 8
  %v17 = sub nsw i32 %v0, 2
  %t9 = call { i32, double } @inner.fibonacci.0(ptr %cx, i32 %v17)
  %t10 = extractvalue { i32, double } %t9, 0
  %t11 = icmp eq i32 %t10, 0
  br i1 %t11, label %ok2, label %bad2, !prof !0
ok2:
  %t12 = extractvalue { i32, double } %t9, 1
  store double %t12, ptr %l6, align 8
  %t13 = load double, ptr %l6, align 8
  %v22 = fadd double %t8, %t13
  store double %v22, ptr %l2, align 8
  br label %end24
end24:
  %t14 = load double, ptr %l2, align 8
  %t15 = insertvalue { i32, double } { i32 0, double poison }, double %t14, 1
  ret { i32, double } %t15
bad0:
  call void @nb.fail(ptr %cx, i32 0, double 0.0, double 0.0)
  ret { i32, double } { i32 1, double poison }
bad1:
  ret { i32, double } { i32 1, double poison }
bad2:
  ret { i32, double } { i32 1, double poison }
}

declare ptr @llvm.stacksave.p0()
declare hidden void @nb.fail(ptr captures(none) %cx, i32 %site, double %a, double %b) #1

attributes #0 = { nounwind noinline "prefer-vector-width"="256" }
attributes #1 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="256" }
attributes #2 = { nounwind "disable-tail-calls"="true" "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
