/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(extension)
{
	s8 x = (s8)a;
	u8 y = (u8)a;
	s16 z = (s16)b;
	u16 w = (u16)b;
	s32 i = (s32)c;
	u32 j = (u32)c;
	u64 r = d;

	MIX(r, (s64)x); MIX(r, (u64)x); MIX(r, (s64)y); MIX(r, (u32)x); MIX(r, (u16)x);
	MIX(r, (s64)z); MIX(r, (u64)w); MIX(r, (u32)z);
	MIX(r, (s64)i); MIX(r, (u64)i); MIX(r, (u64)j); MIX(r, (s64)(s32)j);
	MIX(r, x < y); MIX(r, (u32)i < (u64)i); MIX(r, i < j); MIX(r, z < w); MIX(r, x + w);
	MIX(r, (u8)(s16)z); MIX(r, (s8)w);
	return r;
}
