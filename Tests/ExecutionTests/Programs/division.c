/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define SIGNED(type, low) do { \
	type x = (type)a, y = (type)b; \
	if (!y || (y == -1 && x == (low))) \
		y = 3; \
	MIX(r, x / y); MIX(r, x % y); MIX(r, x / 7); MIX(r, x % -7); MIX(r, x / 16); MIX(r, x % 16); \
} while (0)

#define UNSIGNED(type) do { \
	type x = (type)a, y = (type)b; \
	if (!y) \
		y = 5; \
	MIX(r, x / y); MIX(r, x % y); MIX(r, x / 10); MIX(r, x % 10); MIX(r, x / 8); MIX(r, x % 8); \
} while (0)

PROGRAM(division)
{
	u64 r = c + d;

	SIGNED(s8, -128); SIGNED(s16, -32768); SIGNED(s32, -2147483647 - 1);
	SIGNED(s64, -9223372036854775807L - 1);
	UNSIGNED(u8); UNSIGNED(u16); UNSIGNED(u32); UNSIGNED(u64);
	return r;
}
