/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(loops)
{
	u64 r = 0, x = a, i;
	s32 k = (s32)(b & 15);

	do {
		MIX(r, x & 255);
		x >>= 8;
	} while (x);
	while (k-- > 0) {
		if (k == 3)
			continue;
		if ((c >> k) & 1)
			break;
		r += (u64)k;
	}
	for (i = 0, x = 1; i < (d & 7) && x; i++, x <<= 9)
		for (u8 j = 250; j; j++)
			r = r * 3 + j;
	for (;;)
		if (!(r & 1) || !++r)
			break;
	do r++; while (0);
	return r ^ (u64)(s64)k;
}
