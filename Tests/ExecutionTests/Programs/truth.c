/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

static _Bool both(_Bool p, _Bool q) { return p & q; }
static _Bool table[4];

PROGRAM(truth)
{
	_Bool p = a, q = b & 1, s = (void *)c;
	_Bool list[3] = { p, !q, p ^ s };
	u64 r = 0;
	unsigned int i;

	table[d & 3] = p == q;
	for (i = 0; i < 3; i++)
		r = r << 1 | list[i];
	r = r << 1 | both(p, s);
	r = r << 1 | (p < q);
	r = r << 1 | (p > s);
	r = r << 3 | (p + q + s);
	r = r << 1 | (p && (q || !s));
	r = r << 1 | table[0];
	r = r << 8 | *(u8 *)&p;
	p |= 2;
	q ^= 1;
	r = r << 2 | p << 1 | q;
	table[d & 3] = 0;
	return r << 8 | (u8)-(int)s;
}
