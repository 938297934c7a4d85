/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct item { u32 key; u64 value; };

static struct item items[6];

PROGRAM(pointers)
{
	struct item *p = items + a % 6, *q = &items[b % 6], *end = items + 6, *i;
	u64 r = 0, word = c;
	u8 *bytes = (u8 *)&word;
	void *v = p;
	s8 back = -(s8)(a % 6);

	for (i = items; i != end; i++)
		i->value = (u64)(i - items) * c;
	MIX(r, p - q); MIX(r, p < q); MIX(r, p >= q); MIX(r, p == q); MIX(r, p != end);
	MIX(r, end - p);
	MIX(r, p[back].value);
	MIX(r, (&p->value)[0]);
	MIX(r, (u8 *)&p->value - (u8 *)p);
	MIX(r, ((struct item *)v)->value);
	MIX(r, *(bytes + (d & 7)));
	MIX(r, *((u64 *)((u64)p + 8)));
	MIX(r, !v); MIX(r, v && q);
	p = end;
	while (p-- > items)
		MIX(r, p->value);
	for (i = items; i < end; ++i)
		i->value = 0;
	return r;
}
