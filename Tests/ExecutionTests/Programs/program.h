/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * program.h - what the differential suite's programs share.
 *
 * NAME.c defines NAME(), of four 64-bit arguments. It has no undefined behaviour
 * for any of them, and leaves its globals as it found them.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned int u32;
typedef long s64;
typedef unsigned long u64;

#define PROGRAM(name) \
	u64 name(u64 a, u64 b, u64 c, u64 d); \
	u64 name(u64 a, u64 b, u64 c, u64 d)

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))

/* Takes the next observation into a result. */
#define MIX(r, x) ((r) = ((r) << 7 | (r) >> 57) ^ (u64)(x))

#endif
