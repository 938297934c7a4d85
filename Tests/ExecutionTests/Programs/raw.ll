; SPDX-License-Identifier: GPL-2.0 OR MIT
; What clang's C does not come to at -O0, but its IR may: the same test as the C programs'.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%pair = type { i64, { i8, [2 x i32] } }

declare i64 @llvm.expect.i64(i64, i64)
declare i8 @llvm.ctlz.i8(i8, i1)
declare i16 @llvm.cttz.i16(i16, i1)
declare i64 @llvm.ctlz.i64(i64, i1)
declare i16 @llvm.umin.i16(i16, i16)
declare i8 @llvm.smax.i8(i8, i8)
declare i8 @llvm.abs.i8(i8, i1)

define internal i64 @swap(i64 %x, i64 %y, i64 %n) {
entry:
  %limit = and i64 %n, 7
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = phi i64 [ %x, %entry ], [ %q, %loop ]
  %q = phi i64 [ %y, %entry ], [ %p, %loop ]
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %limit
  br i1 %more, label %loop, label %done
done:
  %twice = shl i64 %p, 1
  %sum = add i64 %twice, %q
  ret i64 %sum
}

define internal i64 @aggregates(i64 %x, i64 %y) {
  %x8 = trunc i64 %x to i8
  %x32 = trunc i64 %x to i32
  %y32 = trunc i64 %y to i32
  %a1 = insertvalue %pair poison, i64 %y, 0
  %a2 = insertvalue %pair %a1, i8 %x8, 1, 0
  %a3 = insertvalue %pair %a2, i32 %x32, 1, 1, 1
  %a4 = insertvalue %pair %a3, i32 %y32, 1, 1, 0
  %b = insertvalue %pair %a4, i64 77, 0
  %less = icmp slt i64 %x, %y
  %chosen = select i1 %less, %pair %a4, %pair %b
  %slot = alloca %pair
  store %pair %chosen, ptr %slot
  %back = load %pair, ptr %slot
  %first = extractvalue %pair %back, 0
  %inner = extractvalue %pair %back, 1
  %byte = extractvalue { i8, [2 x i32] } %inner, 0
  %word = extractvalue %pair %back, 1, 1, 1
  %byte64 = sext i8 %byte to i64
  %word64 = zext i32 %word to i64
  %sum = add i64 %first, %byte64
  %result = xor i64 %sum, %word64
  ret i64 %result
}

define internal i64 @narrow(i64 %x) {
entry:
  %slot = alloca i1
  %bit = trunc i64 %x to i1
  store i1 %bit, ptr %slot
  %again = load i1, ptr %slot
  %byte = load i8, ptr %slot
  %truth = add i1 %again, true
  %product = mul i1 %truth, %again
  %below = icmp slt i1 %bit, %truth
  %sign = sext i1 %bit to i64
  %byte64 = zext i8 %byte to i64
  %truth64 = zext i1 %truth to i64
  %product64 = zext i1 %product to i64
  %below64 = zext i1 %below to i64
  %s1 = add i64 %sign, %byte64
  %s2 = mul i64 %s1, 5
  %s3 = add i64 %s2, %truth64
  %s4 = shl i64 %s3, 2
  %s5 = add i64 %s4, %product64
  %s6 = mul i64 %s5, 3
  %s7 = add i64 %s6, %below64
  %key = trunc i64 %x to i8
  switch i8 %key, label %other [ i8 -128, label %least
                                 i8 -1, label %last
                                 i8 127, label %most ]
least:
  br label %out
last:
  br label %out
most:
  br label %out
other:
  br label %out
out:
  %r = phi i64 [ 1000, %least ], [ 2000, %last ], [ 3000, %most ], [ 0, %other ]
  %sum = add i64 %s7, %r
  ret i64 %sum
}

define internal i64 @odd(i64 %x, i64 %y) {
  %slot = alloca i24
  %v = trunc i64 %x to i24
  store i24 %v, ptr %slot
  %w = load i24, ptr %slot
  %half = load i16, ptr %slot
  %end = getelementptr i8, ptr %slot, i8 2
  %top = load i8, ptr %end
  %back = getelementptr i8, ptr %end, i8 -1
  %middle = load i8, ptr %back
  %m = mul i24 %w, 16777213
  %signed = sext i24 %m to i64
  %half64 = zext i16 %half to i64
  %top64 = sext i8 %top to i64
  %middle64 = zext i8 %middle to i64
  %s1 = add i64 %signed, %half64
  %s2 = mul i64 %s1, 257
  %s3 = add i64 %s2, %top64
  %s4 = xor i64 %s3, %middle64
  %frozen = freeze i64 %s4
  %hint = call i64 @llvm.expect.i64(i64 %frozen, i64 0)
  ret i64 %hint
}

define internal i64 @zeros(i64 %x, i64 %y) {
  %a = trunc i64 %x to i8
  %b = trunc i64 %y to i16
  %l = call i8 @llvm.ctlz.i8(i8 %a, i1 false)
  %t = call i16 @llvm.cttz.i16(i16 %b, i1 false)
  %w = call i64 @llvm.ctlz.i64(i64 %x, i1 false)
  %u = call i16 @llvm.umin.i16(i16 %b, i16 12345)
  %s = call i8 @llvm.smax.i8(i8 %a, i8 -3)
  %n = call i8 @llvm.abs.i8(i8 %a, i1 false)
  %l64 = zext i8 %l to i64
  %t64 = zext i16 %t to i64
  %u64 = zext i16 %u to i64
  %s64 = sext i8 %s to i64
  %n64 = zext i8 %n to i64
  %s1 = mul i64 %l64, 100
  %s2 = add i64 %s1, %t64
  %s3 = mul i64 %s2, 100
  %s4 = add i64 %s3, %w
  %s5 = mul i64 %s4, 65536
  %s6 = add i64 %s5, %u64
  %s7 = xor i64 %s6, %s64
  %s8 = mul i64 %s7, 257
  %s9 = add i64 %s8, %n64
  ret i64 %s9
}

define i64 @raw(i64 %a, i64 %b, i64 %c, i64 %d) {
  %s1 = call i64 @swap(i64 %a, i64 %b, i64 %c)
  %s2 = call i64 @aggregates(i64 %c, i64 %d)
  %s3 = call i64 @narrow(i64 %a)
  %s4 = call i64 @odd(i64 %b, i64 %d)
  %s5 = call i64 @zeros(i64 %d, i64 %b)
  %r1 = mul i64 %s1, 31
  %r2 = xor i64 %r1, %s2
  %r3 = mul i64 %r2, 31
  %r4 = xor i64 %r3, %s3
  %r5 = mul i64 %r4, 31
  %r6 = add i64 %r5, %s4
  %r7 = mul i64 %r6, 31
  %r8 = xor i64 %r7, %s5
  ret i64 %r8
}
