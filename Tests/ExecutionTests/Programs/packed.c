/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct __attribute__((packed)) odd {
	u8 a;
	u32 b;
	u16 c;
	u64 d;
	struct { u8 x; u32 y; } inner;
	s32 bits : 13;
	u32 more : 20;
};

static struct odd table[3];

PROGRAM(packed)
{
	struct odd *p = &table[d % 3];
	u64 r = sizeof(struct odd);
	unsigned int i;

	p->a = (u8)a; p->b = (u32)b; p->c = (u16)c; p->d = a ^ b; p->inner.x = (u8)c;
	p->inner.y = (u32)a; p->bits = (s32)b; p->more = c;
	for (i = 0; i < sizeof(*p); i++)
		MIX(r, ((u8 *)p)[i]);
	MIX(r, p->bits); MIX(r, p->more); MIX(r, p->d); MIX(r, p->inner.y);
	for (i = 0; i < 3; i++)
		MIX(r, table[i].b);
	__builtin_memset(p, 0, sizeof(*p));
	return r;
}
