/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define OBSERVE(type, op) do { \
	type x = (type)a, y = (type)b, z; \
	MIX(r, __builtin_##op##_overflow(x, y, &z)); \
	MIX(r, z); \
	MIX(r, __builtin_##op##_overflow((type)c, (type)d, &z)); \
	MIX(r, z); \
} while (0)

PROGRAM(overflow_signed)
{
	u64 r = 0;

	OBSERVE(s8, add); OBSERVE(s8, sub); OBSERVE(s8, mul);
	OBSERVE(s16, add); OBSERVE(s16, sub); OBSERVE(s16, mul);
	OBSERVE(s32, add); OBSERVE(s32, sub); OBSERVE(s32, mul);
	OBSERVE(s64, add); OBSERVE(s64, sub); OBSERVE(s64, mul);
	return r;
}
