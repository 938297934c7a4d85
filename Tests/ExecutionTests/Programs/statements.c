/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define max(p, q) ({ __typeof__(p) _p = (p); __typeof__(q) _q = (q); _p > _q ? _p : _q; })

enum colour { red = -3, green, blue = 1000 };
typedef u32 triple[3];

static enum colour shade(u64 x) { return x % 3 == 0 ? red : x % 3 == 1 ? green : blue; }
static u64 total(triple t) { return (u64)t[0] + t[1] + t[2]; }
static void fill(u32 (*t)[3], u32 x) { (*t)[0] = x; (*t)[1] = ~x; (*t)[2] = x / 3; }

PROGRAM(statements)
{
	triple t;
	u64 r = max(a, b);
	enum colour k = shade(c);

	fill(&t, (u32)d);
	MIX(r, total(t)); MIX(r, k); MIX(r, k == blue); MIX(r, max((s32)a, (s32)c));
	r += ({ u64 z = r; z += 1, z * 2; });
	MIX(r, ((u64[]){ a, b, c, d })[r & 3]);
	MIX(r, sizeof(t) + _Alignof(u64) + __builtin_offsetof(struct { u8 x; u32 y; }, y));
	MIX(r, "literal"[d % 8]);
	MIX(r, __builtin_choose_expr(1, a, b)); MIX(r, __builtin_types_compatible_p(u64, s64));
	r |= a; r &= b | 1; r ^= c; r <<= 2; r >>= 1; r %= 1000003; r /= 3; r *= d; r -= a; r += b;
	return r;
}
