target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr, double, double, double, double }
%nb.block = type { ptr, ptr, i64, ptr, ptr, i64 }

@nb.text.0 = private unnamed_addr constant [6 x i8] c"visits", align 1

define internal i32 @fn.calls(ptr noalias nonnull %cx, i32 %v0, ptr noalias nonnull %results) #0 {
start:
  %l0 = alloca i32, align 4
  %l1 = alloca i32, align 4
  %s2 = alloca [2 x { i32, i32, i64 }], align 8
  store i32 0, ptr %l0, align 4
  store i32 0, ptr %l1, align 4
  %t0 = call { i32, i32 } @inner.visit(ptr %cx, i32 %v0, ptr %l1)
  %t1 = extractvalue { i32, i32 } %t0, 0
  %t2 = icmp eq i32 %t1, 0
  br i1 %t2, label %ok0, label %bad0, !prof !0
ok0:
  %t3 = extractvalue { i32, i32 } %t0, 1
  store i32 %t3, ptr %l0, align 4
  %t4 = load i32, ptr %l0, align 4
  %t5 = ptrtoint ptr @nb.text.0 to i64
  %t6 = getelementptr inbounds nuw [2 x { i32, i32, i64 }], ptr %s2, i32 0, i32 0, i32 0
  store i32 0, ptr %t6, align 4
  %t7 = getelementptr inbounds nuw [2 x { i32, i32, i64 }], ptr %s2, i32 0, i32 0, i32 1
  store i32 6, ptr %t7, align 4
  %t8 = getelementptr inbounds nuw [2 x { i32, i32, i64 }], ptr %s2, i32 0, i32 0, i32 2
  store i64 %t5, ptr %t8, align 8
  %t9 = sitofp i32 %t4 to double
  %t10 = bitcast double %t9 to i64
  %t11 = getelementptr inbounds nuw [2 x { i32, i32, i64 }], ptr %s2, i32 0, i32 1, i32 0
  store i32 1, ptr %t11, align 4
  %t12 = getelementptr inbounds nuw [2 x { i32, i32, i64 }], ptr %s2, i32 0, i32 1, i32 1
  store i32 0, ptr %t12, align 4
  %t13 = getelementptr inbounds nuw [2 x { i32, i32, i64 }], ptr %s2, i32 0, i32 1, i32 2
  store i64 %t10, ptr %t13, align 8
  %t14 = call i32 @nb_log(ptr %cx, ptr %s2, i32 2)
  %t15 = icmp eq i32 %t14, 0
  br i1 %t15, label %ok1, label %bad1, !prof !0
ok1:
  %t16 = getelementptr inbounds nuw { i32 }, ptr %results, i32 0, i32 0
  store i32 %t4, ptr %t16, align 4
  ret i32 0
bad0:
  ret i32 1
bad1:
  ret i32 1
}

define internal { i32, i32 } @inner.visit(ptr noalias nonnull %cx, i32 %v0, ptr nonnull %l0) #2 {
start:
  %l1 = alloca i32, align 4
  store i32 0, ptr %l1, align 4
  %t0 = call ptr @llvm.stacksave.p0()
  %t1 = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 5
  %t2 = load ptr, ptr %t1, align 8
  %t3 = icmp uge ptr %t0, %t2
  br i1 %t3, label %ok0, label %bad0, !prof !0
ok0:
  %v2 = icmp slt i32 %v0, 0
  br i1 %v2, label %then6, label %else6
then6:
  call void @nb.fail(ptr %cx, i32 1, double 0.0, double 0.0)
  ret { i32, i32 } { i32 1, i32 poison }
else6:
  store i32 %v0, ptr %l0, align 4
  br label %end6
end6:
  %t4 = call { i32, i32 } @inner.visit(ptr %cx, i32 %v0, ptr %l0)
  %t5 = extractvalue { i32, i32 } %t4, 0
  %t6 = icmp eq i32 %t5, 0
  br i1 %t6, label %ok1, label %bad1, !prof !0
ok1:
  %t7 = extractvalue { i32, i32 } %t4, 1
  store i32 %t7, ptr %l1, align 4
  %t8 = load i32, ptr %l1, align 4
  %t9 = insertvalue { i32, i32 } { i32 0, i32 poison }, i32 %t8, 1
  ret { i32, i32 } %t9
bad0:
  call void @nb.fail(ptr %cx, i32 0, double 0.0, double 0.0)
  ret { i32, i32 } { i32 1, i32 poison }
bad1:
  ret { i32, i32 } { i32 1, i32 poison }
}

declare hidden i32 @nb_log(ptr %cx, ptr %records, i32 %count) nounwind
declare ptr @llvm.stacksave.p0()
declare hidden void @nb.fail(ptr captures(none) %cx, i32 %site, double %a, double %b) #1

attributes #0 = { nounwind noinline "prefer-vector-width"="512" }
attributes #1 = { nounwind cold noinline nomerge willreturn memory(argmem: write) "prefer-vector-width"="512" }
attributes #2 = { nounwind "disable-tail-calls"="true" "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
!2 = !{!"branch_weights", i32 1, i32 2000}
