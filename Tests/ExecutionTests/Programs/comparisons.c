/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define OBSERVE(type) do { \
	type x = (type)a, y = (type)b; \
	r = r << 6 | (x < y) | (x <= y) << 1 | (x > y) << 2 | (x >= y) << 3 | (x == y) << 4 | \
	    (x != y) << 5; \
} while (0)

PROGRAM(comparisons)
{
	u64 r = c ^ d;

	OBSERVE(s8); OBSERVE(u8); OBSERVE(s16); OBSERVE(u16);
	OBSERVE(s32); OBSERVE(u32); OBSERVE(s64); OBSERVE(u64);
	return r;
}
