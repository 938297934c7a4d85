/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

static void swap(u64 *x, u64 *y) { u64 t = *x; *x = *y; *y = t; }

PROGRAM(sorting)
{
	u64 v[6] = { a, b, c, d, a ^ b, c - d };
	u64 r = 0;
	int i, j;

	for (i = 1; i < 6; i++)
		for (j = i; j > 0 && (i & 1 ? v[j - 1] > v[j] : (s64)v[j - 1] > (s64)v[j]); j--)
			swap(&v[j], &v[j - 1]);
	for (i = 0; i < 6; i++)
		MIX(r, v[i]);
	return r;
}
