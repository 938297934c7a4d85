/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(extremes)
{
	u64 r = 0;

	MIX(r, __builtin_elementwise_min(a, b)); MIX(r, __builtin_elementwise_max(a, b));
	MIX(r, __builtin_elementwise_min((s64)a, (s64)b));
	MIX(r, __builtin_elementwise_max((s32)c, (s32)d));
	MIX(r, __builtin_elementwise_min((u8)c, (u8)d)); MIX(r, __builtin_elementwise_max((s8)c, (s8)d));
	MIX(r, __builtin_elementwise_abs((s32)(c >> 1 & 0x7fffffff) - 0x3fffffff));
	MIX(r, __builtin_abs((s32)c)); MIX(r, __builtin_labs((s64)d));
	MIX(r, __builtin_expect(a < b, 1)); MIX(r, __builtin_expect((s64)c, 3));
	MIX(r, __builtin_expect_with_probability((s64)d, 3, 0.5));
	if (__builtin_expect(!!(a == b), 0))
		MIX(r, 77);
	return r;
}
