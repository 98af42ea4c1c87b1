target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias %v1.data, i32 range(i32 0, -2147483648) %v1.length, i64 %v1.owner) #1 {
start:
  %v7 = sub nsw i32 %v0.length, 1
  %v47 = sext i32 %v0.length to i64
  %v49 = sub i64 0, %v47
  %v51 = sext i32 %v1.length to i64
  %v52 = add i64 %v49, %v51
  %v54 = add i64 -1, %v47
  %v55 = or i64 %v52, %v54
  %v56 = icmp sge i64 %v55, 0
  br i1 %v56, label %then78, label %else78
then78:
  br label %L2.head
L2.head:
  %v58 = phi i32 [ 0, %then78 ], [ %v58.next, %L2.next ]
  %t0 = icmp slt i32 %v58, %v0.length
  br i1 %t0, label %L2.body, label %L2.end
L2.body:
  %v60 = sub nsw i32 %v58, 1
  %v62 = call i32 @llvm.smax.i32(i32 %v60, i32 0)
  %t1 = sext i32 %v62 to i64
  %t2 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t1
  %v63 = load float, ptr %t2, align 4
  %v65 = add nsw i32 %v58, 1
  %v66 = call i32 @llvm.smin.i32(i32 %v65, i32 %v7)
  %t3 = sext i32 %v66 to i64
  %t4 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t3
  %v67 = load float, ptr %t4, align 4
  %t5 = sext i32 %v58 to i64
  %t6 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t5
  %v68 = load float, ptr %t6, align 4
  %v69 = fpext float %v63 to double
  %v70 = fpext float %v68 to double
  %v71 = fadd double %v69, %v70
  %v72 = fpext float %v67 to double
  %v73 = fadd double %v71, %v72
  %v75 = fdiv double %v73, 0x4008000000000000
  %v76 = fptrunc double %v75 to float
  %t7 = sext i32 %v58 to i64
  %t8 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t7
  store float %v76, ptr %t8, align 4
  br label %L2.next
L2.next:
  %v58.next = add nsw i32 %v58, 1
  br label %L2.head
L2.end:
  br label %end78
else78:
  br label %L1.head
L1.head:
  %v14 = phi i32 [ 0, %else78 ], [ %v14.next, %L1.next ]
  %t9 = icmp slt i32 %v14, %v0.length
  br i1 %t9, label %L1.body, label %L1.end
L1.body:
  %v17 = sub nsw i32 %v14, 1
  %v19 = call i32 @llvm.smax.i32(i32 %v17, i32 0)
  %t10 = icmp ult i32 %v19, %v0.length
  %t11 = sext i32 %v19 to i64
  br i1 %t10, label %ok0, label %bad0, !prof !0
ok0:
  %t12 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t11
  %v20 = load float, ptr %t12, align 4
  %v24 = add nsw i32 %v14, 1
  %v26 = call i32 @llvm.smin.i32(i32 %v24, i32 %v7)
  %t13 = icmp ult i32 %v26, %v0.length
  %t14 = sext i32 %v26 to i64
  br i1 %t13, label %ok1, label %bad1, !prof !0
ok1:
  %t15 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t14
  %v27 = load float, ptr %t15, align 4
  %t16 = icmp ult i32 %v14, %v0.length
  %t17 = sext i32 %v14 to i64
  br i1 %t16, label %ok2, label %bad2, !prof !0
ok2:
  %t18 = getelementptr inbounds nuw float, ptr %v0.data, i64 %t17
  %v32 = load float, ptr %t18, align 4
  %v33 = fpext float %v20 to double
  %v34 = fpext float %v32 to double
  %v35 = fadd double %v33, %v34
  %v37 = fpext float %v27 to double
  %v38 = fadd double %v35, %v37
  %v41 = fdiv double %v38, 0x4008000000000000
  %v42 = fptrunc double %v41 to float
  %t19 = icmp ult i32 %v14, %v1.length
  %t20 = sext i32 %v14 to i64
  br i1 %t19, label %ok3, label %bad3, !prof !0
ok3:
  %t21 = getelementptr inbounds nuw float, ptr %v1.data, i64 %t20
  store float %v42, ptr %t21, align 4
  br label %L1.next
L1.next:
  %v14.next = add nsw i32 %v14, 1
  br label %L1.head, !llvm.loop !3
L1.end:
  br label %end78
end78:
  ret i32 0
bad0:
  call void @nb.fail.index(ptr %cx, i32 0, i64 %t11, i32 %v0.length)
  ret i32 1
bad1:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t14, i32 %v0.length)
  ret i32 1
bad2:
  call void @nb.fail.index(ptr %cx, i32 3, i64 %t17, i32 %v0.length)
  ret i32 1
bad3:
  call void @nb.fail.index(ptr %cx, i32 2, i64 %t20, i32 %v1.length)
  ret i32 1
}

declare i32 @llvm.smax.i32(i32, i32)
declare i32 @llvm.smin.i32(i32, i32)
declare hidden void @nb.fail.index(ptr captures(none) %cx, i32 %site, i64 %index, i32 %length) #0

attributes #0 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="256" }
attributes #1 = { nounwind noinline "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
!3 = distinct !{!3, !{!"llvm.loop.vectorize.enable", i1 false}}
