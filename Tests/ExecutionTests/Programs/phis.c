/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(phis)
{
	u64 x = a, y = b, r = c, t;
	int n;

	for (n = 0; n < (int)(d & 15); n++) {
		t = x;
		x = y;
		y = t + (n & 1 ? x : 0);
		r = (x && y) || (r & 1) ? r + x : r ^ y;
	}
	r += (a && b ? x : y) ? ((c || d) && n) : 2;
	return r ^ x ^ y;
}
