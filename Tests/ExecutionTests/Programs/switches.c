/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

static int pick(s32 x)
{
	switch (x) {
	case -128 ... -100: return 1;
	case -1: return 2;
	case 0:
	case 7: x++;
		/* fall through */
	case 9: return x;
	case 2147483647: return 3;
	case -2147483647 - 1: return 4;
	}
	return 5;
}

PROGRAM(switches)
{
	u64 r = (u64)pick((s32)a);

	switch ((s8)b) {
	case -128: r += 10; break;
	case -1: r += 20; break;
	case 'a' ... 'z': r += 30; break;
	case 127: r += 40;
		/* fall through */
	default: r += 50; break;
	case 0: r += 60; break;
	}
	switch ((u8)b) { case 128: r += 100; break; case 255: r += 200; break; }
	switch ((u16)c) { case 65535: r += 1000; break; case 32768: r += 2000; break; }
	switch (d) {
	case 0: r += 10000; break;
	case 1UL << 63: r += 20000; break;
	case ~0UL: r += 30000; break;
	case 0xfffffffffffffff0 ... 0xfffffffffffffffe: r += 40000; break;
	}
	switch (a & 1) { case 1: switch (b & 1) { case 0: r ^= 1UL << 40; } break; default: r = ~r; }
	return r;
}
