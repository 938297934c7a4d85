/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

/* Subscripts of every width and sign. */
static u32 table[600];

PROGRAM(indices)
{
	u32 *middle = table + 300;
	u64 r = 0;
	int i;

	for (i = 0; i < 600; i += 7)
		table[i] = (u32)i * 2654435761u;
	MIX(r, middle[(s8)a]); MIX(r, middle[(u8)a]); MIX(r, middle[(s16)b % 300]);
	MIX(r, table[(u16)b % 600]); MIX(r, middle[(s32)c % 300]); MIX(r, table[(u32)c % 600]);
	MIX(r, middle[(s64)d % 300]); MIX(r, table[d % 600]);
	MIX(r, *(middle - (u8)d)); MIX(r, ((s8)a)[middle]); MIX(r, *(&middle[10] + (s8)b));
	MIX(r, middle[(_Bool)a]); MIX(r, middle[-(_Bool)b]);
	MIX(r, &middle[(s16)c % 300] - &table[(u8)b]);
	for (i = 0; i < 600; i += 7)
		table[i] = 0;
	return r;
}
