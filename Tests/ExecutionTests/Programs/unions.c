/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

union all {
	u8 bytes[16];
	u16 halves[8];
	s32 words[4];
	u64 longs[2];
	struct { u8 tag; u32 value; } __attribute__((packed)) record;
};

PROGRAM(unions)
{
	union all x, y;
	u64 r = 0;
	unsigned int i;

	x.longs[0] = a; x.longs[1] = b;
	x.bytes[c & 15] = (u8)d;
	x.halves[(c >> 4) & 7] = (u16)(d >> 8);
	x.words[(c >> 8) & 3] ^= 0x5a5a5a5a;
	MIX(r, x.longs[0]); MIX(r, x.longs[1]); MIX(r, x.words[1]); MIX(r, x.halves[5]);
	MIX(r, x.record.value);
	y = x;
	y.record.value = (u32)d;
	for (i = 0; i < 16; i++)
		MIX(r, y.bytes[i]);
	return r;
}
