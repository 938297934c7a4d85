/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(blocks)
{
	u8 m[32], n[32];
	u64 r = 0;
	unsigned int i;

	__builtin_memset(m, (int)a, sizeof(m));
	for (i = 0; i < 32; i++)
		n[i] = (u8)(b >> (i & 7)) + (u8)i;
	__builtin_memcpy(m + (c & 15), n + (d & 7), a & 15);
	__builtin_memmove(m + 3, m + (b & 7), 16 + (c & 7));
	__builtin_memmove(m, m + 1, 31);
	__builtin_memmove(m + 1, m, 31);
	__builtin_memset(n + (a & 15), (int)d, b & 15);
	__builtin_memcpy(n + 8, m + 4, 8);
	*(u64 *)(n + 3) += c;
	for (i = 0; i < 32; i++)
		MIX(r, m[i] * 3 + n[i]);
	for (i = 0; i <= 24; i += 5)
		MIX(r, *(u64 *)(n + i));
	return r;
}
