/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

typedef u64 (*operation)(u64, u64);

static u64 add(u64 a, u64 b) { return a + b; }
static u64 minus(u64 a, u64 b) { return a - b; }
static u64 times(u64 a, u64 b) { return a * b; }
static u8 narrow(u16 a, s8 b) { return (u8)(a ^ (u16)b); }

static operation table[] = { add, minus, times };
static const struct { const char *name; operation run; } named[] = {
	{ "add", add }, { "times", times },
};

static operation choose(u64 n) { return n & 1 ? minus : times; }
static u64 apply(operation f, u64 a, u64 b) { return f ? f(a, b) : a; }

PROGRAM(functions)
{
	u8 (*n)(u16, s8) = narrow;
	u64 r = table[a % 3](b, c);

	MIX(r, choose(d)(a, c));
	MIX(r, apply(d & 2 ? add : 0, a, b));
	MIX(r, (*named[b & 1].run)(c, d));
	MIX(r, named[b & 1].name[c % 3]);
	MIX(r, n((u16)a, (s8)b));
	MIX(r, table[0] == add);
	MIX(r, table[c % 3] != minus);
	return r;
}
