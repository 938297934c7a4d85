/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(overflow_mixed)
{
	u64 r = 0;
	u8 narrow;
	s16 middle;
	u32 word;

	MIX(r, __builtin_add_overflow((u8)a, (u8)b, &word)); MIX(r, word);
	MIX(r, __builtin_add_overflow((s32)a, (s32)b, &narrow)); MIX(r, narrow);
	MIX(r, __builtin_sub_overflow((u16)c, (u16)d, &middle)); MIX(r, middle);
	MIX(r, __builtin_mul_overflow((s16)a, (u16)c, &word)); MIX(r, word);
	MIX(r, __builtin_mul_overflow((s8)b, (s8)d, &middle)); MIX(r, middle);
	return r;
}
