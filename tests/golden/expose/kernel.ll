target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

@nb.table.0 = internal constant [2 x i32] [i32 0, i32 255], align 64

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias %v1.data, i32 range(i32 0, -2147483648) %v1.length, i64 %v1.owner) #1 {
start:
  %v48 = sext i32 %v1.length to i64
  %v49 = add i64 -1, %v48
  %v51 = sext i32 %v0.length to i64
  %v52 = add i64 -1, %v51
  %v54 = call i64 @llvm.smin.i64(i64 %v52, i64 2)
  %v55 = sub i64 %v49, %v54
  %v57 = icmp sge i64 %v55, 0
  br i1 %v57, label %then81, label %else81
then81:
  br label %L2.head
L2.head:
  %v59 = phi i32 [ 0, %then81 ], [ %v59.next, %L2.next ]
  %t0 = icmp slt i32 %v59, %v0.length
  br i1 %t0, label %L2.body, label %L2.end
L2.body:
  %t1 = sext i32 %v59 to i64
  %t2 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t1
  %t3 = load i8, ptr %t2, align 1
  %v60 = zext i8 %t3 to i32
  %v61 = sitofp i32 %v60 to double
  %v63 = fmul double %v61, 0x4004000000000000
  %v65 = urem i32 %v59, 3
  %t4 = sext i32 %v65 to i64
  %t5 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t4
  %v66 = load float, ptr %t5, align 4
  %v67 = fpext float %v66 to double
  %v68 = fadd double %v63, %v67
  %t6 = sext i32 0 to i64
  %t7 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t6
  %v71 = load i32, ptr %t7, align 4
  %t8 = sext i32 1 to i64
  %t9 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t8
  %v74 = load i32, ptr %t9, align 4
  %v75 = sitofp i32 %v71 to double
  %t10 = fcmp ogt double %v68, %v75
  %t11 = select i1 %t10, double %v68, double %v75
  %t12 = bitcast double %t11 to i64
  %t13 = fcmp ogt double %v75, %v68
  %t14 = select i1 %t13, double %v75, double %v68
  %t15 = bitcast double %t14 to i64
  %t16 = or i64 %t12, %t15
  %t17 = and i64 %t12, %t15
  %t18 = bitcast i64 %t17 to double
  %t19 = bitcast i64 %t16 to double
  %t20 = call double @llvm.copysign.f64(double %t19, double %t18)
  %v77 = sitofp i32 %v74 to double
  %t21 = fcmp olt double %v77, %t20
  %t22 = select i1 %t21, double %v77, double %t20
  %t23 = fcmp ogt double %t22, 0.0
  %t24 = select i1 %t23, double %t22, double 0.0
  %t25 = fcmp olt double %t24, 0x406FE00000000000
  %t26 = select i1 %t25, double %t24, double 0x406FE00000000000
  %t27 = call double @llvm.rint.f64(double %t26)
  %v79 = fptosi double %t27 to i32
  %t28 = sext i32 %v59 to i64
  %t29 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t28
  %t30 = trunc i32 %v79 to i8
  store i8 %t30, ptr %t29, align 1
  br label %L2.next
L2.next:
  %v59.next = add nsw i32 %v59, 1
  br label %L2.head
L2.end:
  br label %end81
else81:
  br label %L1.head
L1.head:
  %v8 = phi i32 [ 0, %else81 ], [ %v8.next, %L1.next ]
  %t31 = icmp slt i32 %v8, %v0.length
  br i1 %t31, label %L1.body, label %L1.end
L1.body:
  %t32 = icmp ult i32 %v8, %v0.length
  %t33 = sext i32 %v8 to i64
  br i1 %t32, label %ok0, label %bad0, !prof !0
ok0:
  %t34 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t33
  %t35 = load i8, ptr %t34, align 1
  %v11 = zext i8 %t35 to i32
  %v13 = sitofp i32 %v11 to double
  %v15 = fmul double %v13, 0x4004000000000000
  %v18 = urem i32 %v8, 3
  %t36 = icmp ult i32 %v18, %v1.length
  %t37 = sext i32 %v18 to i64
  br i1 %t36, label %ok1, label %bad1, !prof !0
ok1:
  %t38 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t37
  %v19 = load float, ptr %t38, align 4
  %v20 = fpext float %v19 to double
  %v21 = fadd double %v15, %v20
  %t39 = sext i32 0 to i64
  %t40 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t39
  %v24 = load i32, ptr %t40, align 4
  %t41 = sext i32 1 to i64
  %t42 = getelementptr inbounds nuw i32, ptr @nb.table.0, i64 %t41
  %v27 = load i32, ptr %t42, align 4
  %v33 = sitofp i32 %v24 to double
  %t43 = fcmp ogt double %v21, %v33
  %t44 = select i1 %t43, double %v21, double %v33
  %t45 = fcmp one double %v21, %v33
  br i1 %t45, label %best34, label %tie34, !prof !0
tie34:
  %t46 = fcmp ogt double %v21, %v33
  %t47 = select i1 %t46, double %v21, double %v33
  %t48 = bitcast double %t47 to i64
  %t49 = fcmp ogt double %v33, %v21
  %t50 = select i1 %t49, double %v33, double %v21
  %t51 = bitcast double %t50 to i64
  %t52 = or i64 %t48, %t51
  %t53 = and i64 %t48, %t51
  %t54 = bitcast i64 %t53 to double
  %t55 = bitcast i64 %t52 to double
  %t56 = call double @llvm.copysign.f64(double %t55, double %t54)
  br label %best34
best34:
  %v34 = phi double [ %t44, %ok1 ], [ %t56, %tie34 ]
  %v36 = sitofp i32 %v27 to double
  %t57 = fcmp olt double %v36, %v34
  %t58 = select i1 %t57, double %v36, double %v34
  %t59 = fcmp ogt double %t58, 0.0
  %t60 = select i1 %t59, double %t58, double 0.0
  %t61 = fcmp olt double %t60, 0x406FE00000000000
  %t62 = select i1 %t61, double %t60, double 0x406FE00000000000
  %t63 = call double @llvm.rint.f64(double %t62)
  %v42 = fptosi double %t63 to i32
  %t64 = icmp ult i32 %v8, %v0.length
  %t65 = sext i32 %v8 to i64
  br i1 %t64, label %ok2, label %bad2, !prof !0
ok2:
  %t66 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t65
  %t67 = trunc i32 %v42 to i8
  store i8 %t67, ptr %t66, align 1
  br label %L1.next
L1.next:
  %v8.next = add nsw i32 %v8, 1
  br label %L1.head, !llvm.loop !3
L1.end:
  br label %end81
end81:
  ret i32 0
bad0:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t33, i32 %v0.length)
  ret i32 1
bad1:
  call void @nb.fail.index(ptr %cx, i32 2, i64 %t37, i32 %v1.length)
  ret i32 1
bad2:
  call void @nb.fail.index(ptr %cx, i32 0, i64 %t65, i32 %v0.length)
  ret i32 1
}

declare i64 @llvm.smin.i64(i64, i64)
declare double @llvm.copysign.f64(double, double)
declare double @llvm.rint.f64(double)
declare hidden void @nb.fail.index(ptr captures(none) %cx, i32 %site, i64 %index, i32 %length) #0

attributes #0 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="256" }
attributes #1 = { nounwind noinline "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
!3 = distinct !{!3, !{!"llvm.loop.vectorize.enable", i1 false}}
