/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define OBSERVE(type, bits) do { \
	type x = (type)a; \
	unsigned int n = (unsigned int)b & (bits - 1); \
	MIX(r, (type)(x << n)); MIX(r, (type)(x >> n)); MIX(r, (type)((type)1 << n)); \
	MIX(r, (type)(x >> 1)); MIX(r, (type)(x << 3 >> 2)); \
} while (0)

PROGRAM(shifts)
{
	u64 r = c;

	OBSERVE(s8, 8); OBSERVE(u8, 8); OBSERVE(s16, 16); OBSERVE(u16, 16);
	OBSERVE(s32, 32); OBSERVE(u32, 32); OBSERVE(s64, 64); OBSERVE(u64, 64);
	MIX(r, 1UL << (d & 63));
	MIX(r, (1UL << (d & 63)) - 1);
	MIX(r, ~0UL >> (63 - (d & 63)));
	MIX(r, 1 << (d & 31));
	return r;
}
