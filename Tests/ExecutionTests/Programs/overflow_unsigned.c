/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define OBSERVE(type, op) do { \
	type x = (type)a, y = (type)b, z; \
	MIX(r, __builtin_##op##_overflow(x, y, &z)); \
	MIX(r, z); \
	MIX(r, __builtin_##op##_overflow((type)c, (type)d, &z)); \
	MIX(r, z); \
} while (0)

PROGRAM(overflow_unsigned)
{
	u64 r = 0;

	OBSERVE(u8, add); OBSERVE(u8, sub); OBSERVE(u8, mul);
	OBSERVE(u16, add); OBSERVE(u16, sub); OBSERVE(u16, mul);
	OBSERVE(u32, add); OBSERVE(u32, sub); OBSERVE(u32, mul);
	OBSERVE(u64, add); OBSERVE(u64, sub); OBSERVE(u64, mul);
	return r;
}
