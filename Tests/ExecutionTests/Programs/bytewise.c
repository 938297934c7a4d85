/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

/* Pointers that are stored and read again byte by byte, and through other types. */
static u64 numbers[4] = { 10, 20, 30, 40 };

PROGRAM(bytewise)
{
	u64 *p = &numbers[a & 3], *q = 0, *s;
	u64 word, r = 0;
	u32 halves[2];
	unsigned int i;

	for (i = 0; i < sizeof(p); i++)
		((u8 *)&q)[i] = ((u8 *)&p)[i];
	MIX(r, *q); MIX(r, p == q);
	__builtin_memcpy(&word, &p, 8);
	MIX(r, *(u64 *)(word ^ 0)); MIX(r, ((u64 *)word - numbers));
	halves[0] = (u32)word; halves[1] = (u32)(word >> 32);
	__builtin_memcpy(&s, halves, 8);
	MIX(r, *s);
	((u8 *)&s)[0] ^= (u8)b; ((u8 *)&s)[0] ^= (u8)b;
	MIX(r, *s);
	word = (u64)p; word |= 1; word &= ~1UL;
	MIX(r, *(u64 *)word);
	word = (u64)p + (c & 255); word -= c & 255;
	MIX(r, *(u64 *)word);
	word = ~(u64)p; MIX(r, *(u64 *)~word);
	word = -(u64)p; MIX(r, *(u64 *)-word);
	return r + (d ^ d);
}
