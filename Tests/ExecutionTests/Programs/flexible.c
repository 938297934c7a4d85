/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct flexible { u32 count; u8 kind; u16 values[]; };

PROGRAM(flexible)
{
	u64 space[6];
	struct flexible *f = (struct flexible *)space;
	u64 r = sizeof(*f);
	u32 i;

	__builtin_memset(space, 0x11, sizeof(space));
	f->count = (u32)(a % 20);
	f->kind = (u8)b;
	for (i = 0; i < f->count; i++)
		f->values[i] = (u16)(c * i);
	for (i = 0; i < 6; i++)
		MIX(r, space[i]);
	MIX(r, f->values[d % 20]);
	MIX(r, (u8 *)f->values - (u8 *)f);
	return r;
}
