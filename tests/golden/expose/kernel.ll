target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

@nb.table.0 = internal constant [2 x i32] [i32 0, i32 255], align 64

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias %v1.data, i32 range(i32 0, -2147483648) %v1.length, i64 %v1.owner) #1 {
start:
  %l2 = alloca double, align 8
  store double 0.0, ptr %l2, align 8
  %v49 = sext i32 %v1.length to i64
  %v50 = add i64 -1, %v49
  %v52 = sext i32 %v0.length to i64
  %v53 = add i64 -1, %v52
  %v55 = call i64 @llvm.smin.i64(i64 %v53, i64 2)
  %v56 = sub i64 %v50, %v55
  %v57 = icmp sge i64 %v56, 0
  %t0 = zext i1 %v57 to i32
  %t1 = call i32 asm "", "=r,0"(i32 %t0) nounwind memory(none)
  %v58 = icmp ne i32 %t1, 0
  br i1 %v58, label %then86, label %else86
then86:
  br label %L4.head
L4.head:
  %v60 = phi i32 [ 0, %then86 ], [ %v60.next, %L4.next ]
  %t2 = icmp slt i32 %v60, %v0.length
  br i1 %t2, label %L4.body, label %L4.end
L4.body:
  %t3 = sext i32 %v60 to i64
  %t4 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t3
  %t5 = load i8, ptr %t4, align 1
  %v61 = zext i8 %t5 to i32
  %v62 = sitofp i32 %v61 to double
  %v64 = fmul double %v62, 0x4004000000000000
  %v66 = srem i32 %v60, 3
  %t6 = sext i32 %v66 to i64
  %t7 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t6
  %v67 = load float, ptr %t7, align 4
  %v68 = fpext float %v67 to double
  %v69 = fadd double %v64, %v68
  %t8 = sext i32 0 to i64
  %t9 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t8
  %v72 = load i32, ptr %t9, align 4
  %t10 = sext i32 1 to i64
  %t11 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t10
  %v75 = load i32, ptr %t11, align 4
  %v77 = sitofp i32 %v72 to double
  %t12 = fcmp ogt double %v69, %v77
  %t13 = select i1 %t12, double %v69, double %v77
  %t14 = bitcast double %t13 to i64
  %t15 = fcmp ogt double %v77, %v69
  %t16 = select i1 %t15, double %v77, double %v69
  %t17 = bitcast double %t16 to i64
  %t18 = or i64 %t14, %t17
  %t19 = and i64 %t14, %t17
  %t20 = and i64 %t18, 9223372036854775807
  %t21 = or i64 %t20, %t19
  %v78 = bitcast i64 %t21 to double
  %v79 = sitofp i32 %v75 to double
  %t22 = fcmp olt double %v79, %v78
  %t23 = select i1 %t22, double %v79, double %v78
  store double %t23, ptr %l2, align 8
  br label %L5.end
L5.end:
  %t24 = load double, ptr %l2, align 8
  %t25 = fcmp ogt double %t24, 0.0
  %t26 = select i1 %t25, double %t24, double 0.0
  %t27 = fcmp olt double %t26, 0x406FE00000000000
  %t28 = select i1 %t27, double %t26, double 0x406FE00000000000
  %t29 = call double @llvm.rint.f64(double %t28)
  %v84 = fptosi double %t29 to i32
  %t30 = sext i32 %v60 to i64
  %t31 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t30
  %t32 = trunc i32 %v84 to i8
  store i8 %t32, ptr %t31, align 1
  br label %L4.next
L4.next:
  %v60.next = add nsw i32 %v60, 1
  br label %L4.head
L4.end:
  br label %end86
else86:
  br label %L1.head
L1.head:
  %v8 = phi i32 [ 0, %else86 ], [ %v8.next, %L1.next ]
  %t33 = icmp slt i32 %v8, %v0.length
  br i1 %t33, label %L1.body, label %L1.end
L1.body:
  %t34 = icmp ult i32 %v8, %v0.length
  %t35 = sext i32 %v8 to i64
  br i1 %t34, label %ok0, label %bad0, !prof !0
ok0:
  %t36 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t35
  %t37 = load i8, ptr %t36, align 1
  %v11 = zext i8 %t37 to i32
  %v13 = sitofp i32 %v11 to double
  %v15 = fmul double %v13, 0x4004000000000000
  %v18 = srem i32 %v8, 3
  %t38 = icmp ult i32 %v18, %v1.length
  %t39 = sext i32 %v18 to i64
  br i1 %t38, label %ok1, label %bad1, !prof !0
ok1:
  %t40 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t39
  %v19 = load float, ptr %t40, align 4
  %v20 = fpext float %v19 to double
  %v21 = fadd double %v15, %v20
  %t41 = sext i32 0 to i64
  %t42 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t41
  %v24 = load i32, ptr %t42, align 4
  %t43 = sext i32 1 to i64
  %t44 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t43
  %v27 = load i32, ptr %t44, align 4
  %v33 = sitofp i32 %v24 to double
  %t45 = fcmp ogt double %v21, %v33
  %t46 = select i1 %t45, double %v21, double %v33
  %t47 = bitcast double %t46 to i64
  %t48 = fcmp ogt double %v33, %v21
  %t49 = select i1 %t48, double %v33, double %v21
  %t50 = bitcast double %t49 to i64
  %t51 = or i64 %t47, %t50
  %t52 = and i64 %t47, %t50
  %t53 = and i64 %t51, 9223372036854775807
  %t54 = or i64 %t53, %t52
  %v34 = bitcast i64 %t54 to double
  %v36 = sitofp i32 %v27 to double
  %t55 = fcmp olt double %v36, %v34
  %t56 = select i1 %t55, double %v36, double %v34
  store double %t56, ptr %l2, align 8
  br label %L3.end
L3.end:
  %t57 = load double, ptr %l2, align 8
  %t58 = fcmp ogt double %t57, 0.0
  %t59 = select i1 %t58, double %t57, double 0.0
  %t60 = fcmp olt double %t59, 0x406FE00000000000
  %t61 = select i1 %t60, double %t59, double 0x406FE00000000000
  %t62 = call double @llvm.rint.f64(double %t61)
  %v42 = fptosi double %t62 to i32
  %t63 = icmp ult i32 %v8, %v0.length
  %t64 = sext i32 %v8 to i64
  br i1 %t63, label %ok2, label %bad2, !prof !0
ok2:
  %t65 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t64
  %t66 = trunc i32 %v42 to i8
  store i8 %t66, ptr %t65, align 1
  br label %L1.next
L1.next:
  %v8.next = add nsw i32 %v8, 1
  br label %L1.head, !llvm.loop !2
L1.end:
  br label %end86
end86:
  ret i32 0
bad0:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t35, i32 %v0.length)
  ret i32 1
bad1:
  call void @nb.fail.index(ptr %cx, i32 2, i64 %t39, i32 %v1.length)
  ret i32 1
bad2:
  call void @nb.fail.index(ptr %cx, i32 0, i64 %t64, i32 %v0.length)
  ret i32 1
}

define internal void @nb.fail.index(ptr %cx, i32 %site, i64 %index, i32 %length) #0 {
  %a = sitofp i64 %index to double
  %b = sitofp i32 %length to double
  %site.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 0
  %a.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 2
  %b.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 3
  store i32 %site, ptr %site.at, align 4
  store double %a, ptr %a.at, align 8
  store double %b, ptr %b.at, align 8
  ret void
}

declare i64 @llvm.smin.i64(i64, i64)
declare double @llvm.rint.f64(double)

attributes #0 = { nounwind cold noinline nomerge "target-cpu"="x86-64-v3" "target-features"="+avx2,+fma" "prefer-vector-width"="256" }
attributes #1 = { nounwind noinline "target-cpu"="x86-64-v3" "target-features"="+avx2,+fma" "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = distinct !{!2, !{!"llvm.loop.vectorize.enable", i1 false}}
