/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

static volatile u32 cell;
static volatile struct { u16 a; u16 b : 4; u64 c; } device;

PROGRAM(volatiles)
{
	volatile u64 x = a;
	volatile u8 *p = (volatile u8 *)&x;
	u64 r = x;

	p[b & 7] = (u8)c;
	MIX(r, x);
	cell = (u32)d;
	cell += 3;
	MIX(r, cell);
	device.a = (u16)a; device.b = b; device.c = c;
	MIX(r, device.a); MIX(r, device.b); MIX(r, device.c);
	cell = 0;
	return r;
}
