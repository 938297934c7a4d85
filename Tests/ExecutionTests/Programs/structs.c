/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct tiny { u8 a, b, c; };
struct small { s32 a; u8 b; };
struct middle { s64 a; s32 b; s16 c; };
struct large { u64 v[5]; struct middle m; };

static struct tiny tiny(u64 a) { return (struct tiny){ (u8)a, (u8)(a >> 8), (u8)(a >> 16) }; }
static struct small small(struct tiny t) { struct small s = { t.a - t.b, t.c }; return s; }
static struct middle middle(struct small s, u64 x)
{
	struct middle m = { .a = s.a * (s64)x, .c = (s16)x };

	m.b = s.b;
	s.a = 0;
	return m;
}
static struct large large(struct middle m, u64 x)
{
	struct large l = { { x, x + 1, x * 2 }, m };

	l.m.a++;
	m.a = 0;
	return l;
}
static u64 sum(struct large l, struct middle m)
{
	l.v[4] = l.v[0] ^ l.v[2];
	l.m.b -= m.b;
	return l.v[4] + l.v[1] + (u64)l.m.a + (u64)l.m.b + (u64)l.m.c + (u64)m.a;
}

PROGRAM(structs)
{
	struct tiny t = tiny(a);
	struct small s = small(t);
	struct middle m = middle(s, b);
	struct large l = large(m, c), k = l, *p = d & 1 ? &k : &l;
	u64 r = sum(l, m);

	p->v[3] = d;
	MIX(r, l.v[3]); MIX(r, k.v[3]); MIX(r, s.a); MIX(r, m.a); MIX(r, m.c);
	MIX(r, sum(*p, middle((struct small){ (s32)d, (u8)c }, a)));
	MIX(r, large(m, b).m.a);
	return r;
}
