target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

define internal i32 @fn.kernel(ptr noalias nonnull %cx, ptr noalias %v0.data, i32 range(i32 0, -2147483648) %v0.length, i64 %v0.owner, ptr noalias %v1.data, i32 range(i32 0, -2147483648) %v1.length, i64 %v1.owner) #1 {
start:
  %v23 = sext i32 %v1.length to i64
  %v24 = add i64 -256, %v23
  %v25 = icmp sge i64 %v24, 0
  %t0 = zext i1 %v25 to i32
  %t1 = call i32 asm "", "=r,0"(i32 %t0) nounwind memory(none)
  %v26 = icmp ne i32 %t1, 0
  br i1 %v26, label %then35, label %else35
then35:
  br label %L2.head
L2.head:
  %v28 = phi i32 [ 0, %then35 ], [ %v28.next, %L2.next ]
  %t2 = icmp slt i32 %v28, %v0.length
  br i1 %t2, label %L2.body, label %L2.end
L2.body:
  %t3 = sext i32 %v28 to i64
  %t4 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t3
  %t5 = load i8, ptr %t4, align 1
  %v29 = zext i8 %t5 to i32
  %t6 = sext i32 %v29 to i64
  %t7 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t6
  %t8 = load i32, ptr %t7, align 4
  %v30 = zext i32 %t8 to i64
  %v32 = add nsw i64 %v30, 1
  %v33 = trunc i64 %v32 to i32
  %t9 = sext i32 %v29 to i64
  %t10 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t9
  store i32 %v33, ptr %t10, align 4
  br label %L2.next
L2.next:
  %v28.next = add nsw i32 %v28, 1
  br label %L2.head
L2.end:
  br label %end35
else35:
  br label %L1.head
L1.head:
  %v7 = phi i32 [ 0, %else35 ], [ %v7.next, %L1.next ]
  %t11 = icmp slt i32 %v7, %v0.length
  br i1 %t11, label %L1.body, label %L1.end
L1.body:
  %t12 = sext i32 %v7 to i64
  %t13 = getelementptr inbounds nuw i8, ptr %v0.data, i64 %t12
  %t14 = load i8, ptr %t13, align 1
  %v8 = zext i8 %t14 to i32
  %t15 = icmp ult i32 %v8, %v1.length
  %t16 = sext i32 %v8 to i64
  br i1 %t15, label %ok0, label %bad0, !prof !0
ok0:
  %t17 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t16
  %t18 = load i32, ptr %t17, align 4
  %v12 = zext i32 %t18 to i64
  %v15 = add nsw i64 %v12, 1
  %v16 = trunc i64 %v15 to i32
  %t19 = icmp ult i32 %v8, %v1.length
  %t20 = sext i32 %v8 to i64
  br i1 %t19, label %ok1, label %bad1, !prof !0
ok1:
  %t21 = getelementptr inbounds nuw i32, ptr %v1.data, i64 %t20
  store i32 %v16, ptr %t21, align 4
  br label %L1.next
L1.next:
  %v7.next = add nsw i32 %v7, 1
  br label %L1.head, !llvm.loop !2
L1.end:
  br label %end35
end35:
  ret i32 0
bad0:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t16, i32 %v1.length)
  ret i32 1
bad1:
  call void @nb.fail.index(ptr %cx, i32 1, i64 %t20, i32 %v1.length)
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

attributes #0 = { nounwind cold noinline nomerge "target-cpu"="x86-64-v3" "target-features"="+avx2,+fma" "prefer-vector-width"="256" }
attributes #1 = { nounwind noinline "target-cpu"="x86-64-v3" "target-features"="+avx2,+fma" "prefer-vector-width"="256" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = distinct !{!2, !{!"llvm.loop.vectorize.enable", i1 false}}
