target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias %v1.data, i32 range(i32 0, -2147483648) %v1.length, i64 %v1.owner) #1 {
start:
  %v7 = sub nsw i32 %v0.length, 1
  %v48 = sext i32 %v0.length to i64
  %v49 = sub i64 0, %v48
  %v51 = sext i32 %v1.length to i64
  %v52 = add i64 %v49, %v51
  %v53 = icmp sge i64 %v52, 0
  %v55 = add i64 -1, %v48
  %v56 = icmp sge i64 %v55, 0
  %v57 = and i1 %v53, %v56
  %t0 = zext i1 %v57 to i32
  %t1 = call i32 asm "", "=r,0"(i32 %t0) nounwind memory(none)
  %v58 = icmp ne i32 %t1, 0
  br i1 %v58, label %then80, label %else80
then80:
  br label %L2.head
L2.head:
  %v60 = phi i32 [ 0, %then80 ], [ %v60.next, %L2.next ]
  %t2 = icmp slt i32 %v60, %v0.length
  br i1 %t2, label %L2.body, label %L2.end
L2.body:
  %v62 = sub nsw i32 %v60, 1
  %v64 = call i32 @llvm.smax.i32(i32 %v62, i32 0)
  %t3 = sext i32 %v64 to i64
  %t4 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t3
  %v65 = load float, ptr %t4, align 4
  %v67 = add nsw i32 %v60, 1
  %v68 = call i32 @llvm.smin.i32(i32 %v67, i32 %v7)
  %t5 = sext i32 %v68 to i64
  %t6 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t5
  %v69 = load float, ptr %t6, align 4
  %t7 = sext i32 %v60 to i64
  %t8 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t7
  %v70 = load float, ptr %t8, align 4
  %v71 = fpext float %v65 to double
  %v72 = fpext float %v70 to double
  %v73 = fadd double %v71, %v72
  %v74 = fpext float %v69 to double
  %v75 = fadd double %v73, %v74
  %v77 = fdiv double %v75, 0x4008000000000000
  %v78 = fptrunc double %v77 to float
  %t9 = sext i32 %v60 to i64
  %t10 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t9
  store float %v78, ptr %t10, align 4
  br label %L2.next
L2.next:
  %v60.next = add nsw i32 %v60, 1
  br label %L2.head
L2.end:
  br label %end80
else80:
  br label %L1.head
L1.head:
  %v14 = phi i32 [ 0, %else80 ], [ %v14.next, %L1.next ]
  %t11 = icmp slt i32 %v14, %v0.length
  br i1 %t11, label %L1.body, label %L1.end
L1.body:
  %v17 = sub nsw i32 %v14, 1
  %v19 = call i32 @llvm.smax.i32(i32 %v17, i32 0)
  %t12 = icmp ult i32 %v19, %v0.length
  %t13 = sext i32 %v19 to i64
  br i1 %t12, label %ok0, label %bad0, !prof !0
ok0:
  %t14 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t13
  %v20 = load float, ptr %t14, align 4
  %v24 = add nsw i32 %v14, 1
  %v26 = call i32 @llvm.smin.i32(i32 %v24, i32 %v7)
  %t15 = icmp ult i32 %v26, %v0.length
  %t16 = sext i32 %v26 to i64
  br i1 %t15, label %ok1, label %bad1, !prof !0
ok1:
  %t17 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t16
  %v27 = load float, ptr %t17, align 4
  %t18 = icmp ult i32 %v14, %v0.length
  %t19 = sext i32 %v14 to i64
  br i1 %t18, label %ok2, label %bad2, !prof !0
ok2:
  %t20 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t19
  %v32 = load float, ptr %t20, align 4
  %v33 = fpext float %v20 to double
  %v34 = fpext float %v32 to double
  %v35 = fadd double %v33, %v34
  %v37 = fpext float %v27 to double
  %v38 = fadd double %v35, %v37
  %v41 = fdiv double %v38, 0x4008000000000000
  %v42 = fptrunc double %v41 to float
  %t21 = icmp ult i32 %v14, %v1.length
  %t22 = sext i32 %v14 to i64
  br i1 %t21, label %ok3, label %bad3, !prof !0
ok3:
  %t23 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t22
  store float %v42, ptr %t23, align 4
  br label %L1.next
L1.next:
  %v14.next = add nsw i32 %v14, 1
  br label %L1.head, !llvm.loop !2
L1.end:
  br label %end80
end80:
  ret i32 0
bad0:
  call void @nb.fail.index(ptr %cx, i32 0, i64 %t13, i32 %v0.length)
  ret i32 1
bad1:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t16, i32 %v0.length)
  ret i32 1
bad2:
  call void @nb.fail.index(ptr %cx, i32 3, i64 %t19, i32 %v0.length)
  ret i32 1
bad3:
  call void @nb.fail.index(ptr %cx, i32 2, i64 %t22, i32 %v1.length)
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

declare i32 @llvm.smax.i32(i32, i32)
declare i32 @llvm.smin.i32(i32, i32)

attributes #0 = { nounwind cold noinline nomerge "target-cpu"="x86-64-v3" "target-features"="+avx2,+fma" "prefer-vector-width"="256" }
attributes #1 = { nounwind noinline "target-cpu"="x86-64-v3" "target-features"="+avx2,+fma" "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = distinct !{!2, !{!"llvm.loop.vectorize.enable", i1 false}}
