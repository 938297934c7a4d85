/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct fields {
	u32 a : 3;
	s32 b : 7;
	u32 c : 22;
	u64 d : 33;
	s64 e : 31;
	u8 f : 1;
	_Bool g : 1;
	u32 : 0;
	s16 h : 9;
};

union view {
	struct {
		u16 low : 5;
		u16 middle : 6;
		u16 high : 5;
	} part;
	u16 whole;
};

PROGRAM(bitfields)
{
	struct fields x = { 0 };
	union view v;
	u64 r = 0;

	x.a = a; x.b = (s32)b; x.c = c; x.d = d; x.e = (s64)a;
	x.f = b; x.g = c; x.h = (s16)d;
	MIX(r, x.a); MIX(r, x.b); MIX(r, x.c); MIX(r, x.d); MIX(r, x.e); MIX(r, x.f); MIX(r, x.g);
	MIX(r, x.h);
	x.a++; x.b -= 5; x.c *= 3; x.d ^= a; x.e = -x.e; x.f = !x.f; x.h <<= 1;
	MIX(r, x.a); MIX(r, x.b); MIX(r, x.c); MIX(r, x.d); MIX(r, x.e); MIX(r, x.f); MIX(r, x.h);
	MIX(r, ((u64 *)&x)[1]);
	v.whole = (u16)a;
	MIX(r, v.part.low); MIX(r, v.part.middle); MIX(r, v.part.high);
	v.part.middle = b;
	MIX(r, v.whole);
	return r;
}
