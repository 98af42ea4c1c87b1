target triple = "x86_64-unknown-linux-gnu"

%nb.context = type { i32, i32, double, double, ptr, ptr, ptr, ptr, ptr, i64, ptr, ptr, double, double, i64, ptr }
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

define internal void @nb.fail(ptr %cx, i32 %site, double %a, double %b) #0 {
  %site.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 0
  %a.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 2
  %b.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 3
  store i32 %site, ptr %site.at, align 4
  store double %a, ptr %a.at, align 8
  store double %b, ptr %b.at, align 8
  ret void
}

define internal ptr @nb.spare.take(ptr %spare, i64 %bytes) #1 {
start:
  %absent = icmp eq ptr %spare, null
  %small = icmp ult i64 %bytes, 65536
  %skip = or i1 %absent, %small
  br i1 %skip, label %none, label %each
each:
  %k = phi i64 [ 0, %start ], [ %k.next, %next ]
  %at = getelementptr inbounds nuw { i64, [16 x ptr] }, ptr %spare, i32 0, i32 1, i64 %k
  %block = load ptr, ptr %at, align 8
  %empty = icmp eq ptr %block, null
  br i1 %empty, label %next, label %look
look:
  %capacity.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 5
  %capacity = load i64, ptr %capacity.at, align 8
  %rest = sub i64 %capacity, %bytes
  %quarter = lshr i64 %capacity, 2
  %fits = icmp ule i64 %rest, %quarter
  br i1 %fits, label %found, label %next
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, 16
  br i1 %done, label %none, label %each
found:
  store ptr null, ptr %at, align 8
  %kept = load i64, ptr %spare, align 8
  %less = sub i64 %kept, %capacity
  store i64 %less, ptr %spare, align 8
  %value.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 1
  store ptr null, ptr %value.at, align 8
  %data.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 4
  store ptr null, ptr %data.at, align 8
  %behind = getelementptr inbounds nuw i8, ptr %block, i64 64
  call void @llvm.memset.p0.i64(ptr align 64 %behind, i8 0, i64 %bytes, i1 false)
  ret ptr %block
none:
  ret ptr null
}

define internal noalias ptr @nb.array.new(ptr %cx, i64 %bytes) #1 {
start:
  %spare.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 15
  %spare = load ptr, ptr %spare.at, align 8
  %reused = call ptr @nb.spare.take(ptr %spare, i64 %bytes)
  %is.fresh = icmp eq ptr %reused, null
  br i1 %is.fresh, label %fresh, label %link
fresh:
  %size = add nuw nsw i64 %bytes, 128
  %base = call ptr @calloc(i64 1, i64 %size)
  %short = icmp eq ptr %base, null
  br i1 %short, label %none, label %some
none:
  ret ptr null
some:
  %above = getelementptr i8, ptr %base, i64 63
  %aligned = call ptr @llvm.ptrmask.p0.i64(ptr %above, i64 -64)
  %base.at = getelementptr inbounds nuw %nb.block, ptr %aligned, i32 0, i32 3
  store ptr %base, ptr %base.at, align 8
  %capacity.at = getelementptr inbounds nuw %nb.block, ptr %aligned, i32 0, i32 5
  store i64 %bytes, ptr %capacity.at, align 8
  br label %link
link:
  %header = phi ptr [ %reused, %start ], [ %aligned, %some ]
  %arena.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 4
  %arena = load ptr, ptr %arena.at, align 8
  %next.at = getelementptr inbounds nuw %nb.block, ptr %header, i32 0, i32 0
  store ptr %arena, ptr %next.at, align 8
  %bytes.at = getelementptr inbounds nuw %nb.block, ptr %header, i32 0, i32 2
  store i64 %bytes, ptr %bytes.at, align 8
  ret ptr %header
}

define internal noalias ptr @nb.array.buffer(ptr %cx, i64 %bytes) #1 {
  %env.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 6
  %env = load ptr, ptr %env.at, align 8
  %away = icmp eq ptr %env, null
  %empty = icmp eq i64 %bytes, 0
  %own = or i1 %away, %empty
  br i1 %own, label %ordinary, label %buffer
ordinary:
  %header = call ptr @nb.array.new(ptr %cx, i64 %bytes)
  %short = icmp eq ptr %header, null
  br i1 %short, label %none, label %some
some:
  %arena.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 4
  store ptr %header, ptr %arena.at, align 8
  %behind = getelementptr inbounds nuw i8, ptr %header, i64 64
  ret ptr %behind
buffer:
  %block = call ptr @nb_new_buffer_block(ptr %cx, i64 %bytes)
  %refused = icmp eq ptr %block, null
  br i1 %refused, label %none, label %made
made:
  %data.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 4
  %data = load ptr, ptr %data.at, align 8
  ret ptr %data
none:
  ret ptr null
}

define internal void @nb.spare.empty(ptr %spare) #2 {
start:
  store i64 0, ptr %spare, align 8
  br label %each
each:
  %k = phi i64 [ 0, %start ], [ %k.next, %next ]
  %at = getelementptr inbounds nuw { i64, [16 x ptr] }, ptr %spare, i32 0, i32 1, i64 %k
  %block = load ptr, ptr %at, align 8
  store ptr null, ptr %at, align 8
  %vacant = icmp eq ptr %block, null
  br i1 %vacant, label %next, label %free
free:
  %base.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 3
  %base = load ptr, ptr %base.at, align 8
  call void @free(ptr %base)
  br label %next
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, 16
  br i1 %done, label %end, label %each
end:
  ret void
}

define internal void @nb.spare.drop(ptr %spare, ptr %block) #1 {
start:
  %capacity.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 5
  %capacity = load i64, ptr %capacity.at, align 8
  %absent = icmp eq ptr %spare, null
  %small = icmp ult i64 %capacity, 65536
  %large = icmp ugt i64 %capacity, 134217728
  %useless = or i1 %small, %large
  %skip = or i1 %absent, %useless
  br i1 %skip, label %free, label %keep
free:
  %base.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 3
  %base = load ptr, ptr %base.at, align 8
  call void @free(ptr %base)
  ret void
keep:
  %kept = load i64, ptr %spare, align 8
  %sum = add i64 %kept, %capacity
  %over = icmp ugt i64 %sum, 134217728
  br i1 %over, label %empty, label %each
each:
  %k = phi i64 [ 0, %keep ], [ %k.next, %next ]
  %at = getelementptr inbounds nuw { i64, [16 x ptr] }, ptr %spare, i32 0, i32 1, i64 %k
  %held = load ptr, ptr %at, align 8
  %vacant = icmp eq ptr %held, null
  br i1 %vacant, label %store, label %next
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, 16
  br i1 %done, label %empty, label %each
empty:
  call void @nb.spare.empty(ptr %spare)
  %first = getelementptr inbounds nuw { i64, [16 x ptr] }, ptr %spare, i32 0, i32 1, i64 0
  br label %store
store:
  %place = phi ptr [ %at, %each ], [ %first, %empty ]
  %total = phi i64 [ %sum, %each ], [ %capacity, %empty ]
  store ptr %block, ptr %place, align 8
  store i64 %total, ptr %spare, align 8
  ret void
}

define internal void @nb.arena.release(ptr %cx, i64 %mark) #1 {
start:
  %arena.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 4
  %newest = load ptr, ptr %arena.at, align 8
  %last = inttoptr i64 %mark to ptr
  %spare.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 15
  %spare = load ptr, ptr %spare.at, align 8
  br label %each
each:
  %block = phi ptr [ %newest, %start ], [ %next, %drop ]
  %done = icmp eq ptr %block, %last
  br i1 %done, label %end, label %drop
drop:
  %next.at = getelementptr inbounds nuw %nb.block, ptr %block, i32 0, i32 0
  %next = load ptr, ptr %next.at, align 8
  call void @nb.spare.drop(ptr %spare, ptr %block)
  br label %each
end:
  store ptr %last, ptr %arena.at, align 8
  ret void
}

define internal void @nb.fail.toindex(ptr %cx, i32 %site, double %a, i32 %length) #0 {
  %b = sitofp i32 %length to double
  %site.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 0
  %a.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 2
  %b.at = getelementptr inbounds nuw %nb.context, ptr %cx, i32 0, i32 3
  store i32 %site, ptr %site.at, align 4
  store double %a, ptr %a.at, align 8
  store double %b, ptr %b.at, align 8
  ret void
}

declare void @llvm.memset.p0.i64(ptr, i8, i64, i1 immarg)
declare noalias ptr @calloc(i64, i64)
declare ptr @llvm.ptrmask.p0.i64(ptr, i64)
declare void @free(ptr)

attributes #0 = { nounwind cold noinline nomerge "prefer-vector-width"="512" }
attributes #1 = { nounwind noinline "prefer-vector-width"="512" }
attributes #2 = { nounwind cold noinline "prefer-vector-width"="512" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{i32 0, i32 -2147483648}
