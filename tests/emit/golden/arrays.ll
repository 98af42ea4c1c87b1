target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

@nb.table.0 = internal constant [2 x double] [double 0x3FE0000000000000, double 0x8000000000000000], align 64

define internal i32 @fn.arrays(ptr noalias nonnull %cx, i64 %v0, double %v1, ptr noalias nonnull %results) #1 {
start:
  %l0 = alloca { ptr, i32, i64 }, align 8
  %t0 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 0
  %t1 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 1
  %t2 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 2
  store ptr null, ptr %t0, align 8
  store i32 0, ptr %t1, align 4
  store i64 0, ptr %t2, align 8
  %t3 = sitofp i64 %v0 to double
  %t4 = icmp ult i64 %v0, 2147483648
  br i1 %t4, label %ok0, label %bad0, !prof !0
ok0:
  %t5 = mul nuw nsw i64 %v0, 1
  %t6 = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 4
  %t7 = call noalias ptr @nb.array.buffer(ptr %cx, i64 %t5)
  %t8 = icmp ne ptr %t7, null
  br i1 %t8, label %ok1, label %bad1, !prof !0
ok1:
  %t9 = load ptr, ptr %t6, align 8
  %t10 = trunc nuw nsw i64 %v0 to i32
  %t11 = ptrtoint ptr %t9 to i64
  %t12 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 0
  %t13 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 1
  %t14 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 2
  store ptr %t7, ptr %t12, align 8
  store i32 %t10, ptr %t13, align 4
  store i64 %t11, ptr %t14, align 8
  %t15 = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 4
  %t16 = load ptr, ptr %t15, align 8
  %v3 = ptrtoint ptr %t16 to i64
  %t17 = sitofp i64 %v0 to double
  %t18 = icmp ult i64 %v0, 2147483648
  br i1 %t18, label %ok2, label %bad2, !prof !0
ok2:
  %t19 = mul nuw nsw i64 %v0, 4
  %t20 = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 4
  %t21 = call noalias ptr @nb.array.new(ptr %cx, i64 %t19)
  %t22 = icmp ne ptr %t21, null
  br i1 %t22, label %ok3, label %bad3, !prof !0
ok3:
  store ptr %t21, ptr %t20, align 8
  %t23 = getelementptr inbounds nuw i8, ptr %t21, i64 64
  %t24 = trunc nuw nsw i64 %v0 to i32
  %t25 = ptrtoint ptr %t21 to i64
  call void @nb.arena.release(ptr %cx, i64 %v3)
  %t26 = fptosi double %v1 to i32
  %t27 = freeze i32 %t26
  %t28 = icmp ult i32 %t27, 2
  %t29 = sitofp i32 %t27 to double
  %t30 = fcmp oeq double %t29, %v1
  %t31 = and i1 %t28, %t30
  br i1 %t31, label %ok4, label %bad4, !prof !0
ok4:
  %v6 = zext nneg i32 %t27 to i64
  %t32 = getelementptr inbounds nuw double, ptr @nb.table.0, i64 %v6
  %v7 = load double, ptr %t32, align 8
  %t33 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 0
  %t34 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 1
  %t35 = getelementptr inbounds nuw { ptr, i32, i64 }, ptr %l0, i32 0, i32 2
  %t36 = load ptr, ptr %t33, align 8
  %t37 = load i32, ptr %t34, align 4, !range !1
  %t38 = load i64, ptr %t35, align 8
  %t39 = sext i32 0 to i64
  %t40 = sext i32 %t37 to i64
  %t41 = sub nuw nsw i64 %t40, %t39
  %t42 = getelementptr inbounds nuw i8, ptr %t36, i64 %t39
  %t43 = trunc nuw nsw i64 %t41 to i32
  %t44 = or i64 %t38, 2
  %t45 = getelementptr inbounds nuw { ptr, i32, i64, double }, ptr %results, i32 0, i32 0
  store ptr %t42, ptr %t45, align 8
  %t46 = getelementptr inbounds nuw { ptr, i32, i64, double }, ptr %results, i32 0, i32 1
  store i32 %t43, ptr %t46, align 4
  %t47 = getelementptr inbounds nuw { ptr, i32, i64, double }, ptr %results, i32 0, i32 2
  store i64 %t44, ptr %t47, align 8
  %t48 = getelementptr inbounds nuw { ptr, i32, i64, double }, ptr %results, i32 0, i32 3
  store double %v7, ptr %t48, align 8
  ret i32 0
bad0:
  call void @nb.fail(ptr %cx, i32 0, double %t3, double 0.0)
  ret i32 1
bad1:
  call void @nb.fail(ptr %cx, i32 0, double %t3, double 0.0)
  ret i32 1
bad2:
  call void @nb.fail(ptr %cx, i32 0, double %t17, double 0.0)
  ret i32 1
bad3:
  call void @nb.fail(ptr %cx, i32 0, double %t17, double 0.0)
  ret i32 1
bad4:
  call void @nb.fail.toindex(ptr %cx, i32 1, double %v1, i32 2)
  ret i32 1
}

declare hidden void @nb.fail(ptr captures(none) %cx, i32 %site, double %a, double %b) #0
declare hidden noalias ptr @nb.array.buffer(ptr captures(none) %cx, i64 %bytes) #1
declare hidden noalias ptr @nb.array.new(ptr captures(none) %cx, i64 %bytes) #1
declare hidden void @nb.arena.release(ptr captures(none) %cx, i64 %mark) #1
declare hidden void @nb.fail.toindex(ptr captures(none) %cx, i32 %site, double %a, i32 %length) #0

attributes #0 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="512" }
attributes #1 = { nounwind noinline "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
