/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

static u64 tick(u64 by)
{
	static u64 count = 5;
	static u8 history[4];

	if (!by) {
		count = 5;
		history[0] = history[1] = history[2] = history[3] = 0;
		return 0;
	}
	count += by;
	history[count & 3]++;
	return count << 8 | history[1];
}

static u64 other(void)
{
	static u64 count;

	return ++count & 1 ? 1 : (count = 0);
}

PROGRAM(statics)
{
	u64 r = 0;

	MIX(r, tick(a | 1)); MIX(r, tick(b | 1)); MIX(r, tick(c | 2)); MIX(r, tick(d | 1));
	MIX(r, other()); MIX(r, other());
	tick(0);
	return r;
}
