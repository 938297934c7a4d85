/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(overlaps)
{
	u8 m[24];
	u64 r = 0;
	unsigned int i;

	for (i = 0; i < 24; i++)
		m[i] = (u8)(i * 11);
	*(u64 *)(m + (a & 15)) = b;
	*(u32 *)(m + (c & 15)) = (u32)d;
	*(u16 *)(m + (d & 15)) = (u16)a;
	m[b & 15] = (u8)c;
	*(u32 *)(m + (a >> 8 & 15)) += 0x01020304;
	for (i = 0; i <= 16; i += 4)
		MIX(r, *(u64 *)(m + i));
	for (i = 0; i <= 20; i += 3)
		MIX(r, *(u32 *)(m + i));
	for (i = 1; i < 22; i += 5)
		MIX(r, *(s16 *)(m + i));
	return r;
}
