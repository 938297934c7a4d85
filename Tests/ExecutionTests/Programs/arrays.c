/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct point { s16 x, y[3]; };

static s32 grid[3][4][2];
static const u64 primes[] = { 2, 3, 5, 7, 11, 13, 17, 19 };

PROGRAM(arrays)
{
	struct point points[4][2];
	u64 r = 0;
	s32 i, j, k;

	for (i = 0; i < 3; i++)
		for (j = 0; j < 4; j++)
			for (k = 0; k < 2; k++)
				grid[i][j][k] = (s32)(a * (u64)i + b * (u64)j - (u64)k);
	for (i = 0; i < 4; i++)
		for (j = 0; j < 2; j++) {
			struct point *p = &points[i][j];

			p->x = (s16)(i * j);
			for (k = 2; k >= 0; k--)
				p->y[k] = (s16)(c >> (8 * k));
		}
	MIX(r, grid[a % 3][b % 4][c % 2]);
	MIX(r, (&grid[1][0][0])[d % 8]);
	MIX(r, grid[2][-(s64)(d % 4) + 3][1]);
	MIX(r, points[a & 3][b & 1].y[d % 3]);
	MIX(r, primes[a & 7] * primes[(u8)b & 7]);
	MIX(r, sizeof(points) + sizeof(grid[0]));
	__builtin_memset(grid, 0, sizeof(grid));
	return r;
}
