/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

static u64 calls;
static int count(u64 x) { calls++; return (int)(x & 1); }

PROGRAM(conditions)
{
	u64 r = a < b ? c : d;
	u64 *p = a & 1 ? &r : 0;
	s32 t = b & 2 ? (s8)a : (s16)b;

	calls = 0;
	if (count(a) && count(b) && !count(c))
		r += 1;
	if (count(a) || count(b >> 1) || count(c >> 2))
		r += 2;
	if (count(a) && (count(b) || count(c)) && count(d))
		r += 4;
	if (p && *p > c)
		r += 8;
	r += (a && b) + 2 * (c || d) + 4 * (!a && !b);
	r ^= (a ? b ? c ? 1 : 2 : 3 : d ? 4 : 5);
	r += (u64)(s64)(t < 0 ? -t : t);
	r += (a ?: b) ^ (c ?: 7);
	r += (count(a), count(b)) ? 16 : 32;
	return r * 16 + calls;
}
