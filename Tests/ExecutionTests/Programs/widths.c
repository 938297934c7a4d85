/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define OBSERVE(type) do { \
	type x = (type)a, y = (type)b, z = (type)c; \
	MIX(r, (type)(x + y)); MIX(r, (type)(x - z)); MIX(r, (type)(x * y)); \
	MIX(r, (type)(x & ~z)); MIX(r, (type)(x | y)); MIX(r, (type)(x ^ z)); \
	MIX(r, (type)-x); MIX(r, (type)~y); MIX(r, !x); x++; y--; MIX(r, x); MIX(r, y); \
} while (0)

PROGRAM(widths)
{
	u64 r = d;

	OBSERVE(s8); OBSERVE(u8); OBSERVE(s16); OBSERVE(u16);
	OBSERVE(s32); OBSERVE(u32); OBSERVE(s64); OBSERVE(u64);
	return r;
}
