/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

PROGRAM(bits)
{
	u64 r = 0;
	u32 x = (u32)a, y = (u32)b;
	u16 h = (u16)c;

	MIX(r, __builtin_popcount(x)); MIX(r, __builtin_popcountl(a)); MIX(r, __builtin_parity(y));
	MIX(r, x ? __builtin_clz(x) : 99); MIX(r, a ? __builtin_clzl(a) : 99);
	MIX(r, y ? __builtin_ctz(y) : 99); MIX(r, b ? __builtin_ctzl(b) : 99);
	MIX(r, __builtin_ffs((s32)x)); MIX(r, __builtin_ffsl((s64)d));
	MIX(r, h ? __builtin_clzs(h) : 99); MIX(r, h ? __builtin_ctzs(h) : 99);
	MIX(r, __builtin_bswap16(h)); MIX(r, __builtin_bswap32(y)); MIX(r, __builtin_bswap64(d));
	MIX(r, __builtin_clrsb((s32)c));
	MIX(r, __builtin_bitreverse8((u8)a)); MIX(r, __builtin_bitreverse32(y));
	MIX(r, __builtin_bitreverse64(d));
	MIX(r, __builtin_rotateleft8((u8)a, (u8)b)); MIX(r, __builtin_rotateleft32(x, y));
	MIX(r, __builtin_rotateright64(c, d)); MIX(r, __builtin_rotateright16(h, (u16)d));
	return r;
}
