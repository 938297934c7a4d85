/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct node { struct node *next; const char *name; u32 tag; u8 bytes[6]; };

static struct node last = { 0, "last", 0x01020304, { 1, 2, 3 } };
static struct node first = { &last, &"first"[1], 7, "abcde" };
static u32 numbers[8] = { [2] = 20, [5] = 50 };
static u32 *third = &numbers[3], *past = numbers + 8;
static const u16 wide[] = { 0x1234, 0xfedc, 0x8001 };
static struct node *const heads[2] = { &first, &last };
static u64 address_difference = sizeof(numbers) / sizeof(numbers[0]);
static u8 raw[4] = { 0xff, 0x80 };
const char text[] = "some\0text\377";
static struct { u64 f : 5; u64 g : 50; s32 h : 4; } packed_bits = { 17, 1UL << 45, -3 };

PROGRAM(globals)
{
	struct node *p = heads[a & 1];
	u64 r = 0;

	MIX(r, p->name[b & 3]); MIX(r, p->tag); MIX(r, p->bytes[c % 6]);
	MIX(r, p->next ? p->next->tag : 99);
	MIX(r, third[-1] + third[2] + numbers[d & 7]); MIX(r, past - third);
	MIX(r, wide[a % 3]); MIX(r, (s16)wide[b % 3]); MIX(r, *(u32 *)(wide + 1));
	MIX(r, address_difference); MIX(r, *(u32 *)raw); MIX(r, text[c % sizeof(text)]);
	MIX(r, packed_bits.f); MIX(r, packed_bits.g); MIX(r, packed_bits.h);
	MIX(r, heads[0]->next == heads[1]);
	numbers[d & 7] += (u32)a; MIX(r, *third); numbers[d & 7] -= (u32)a;
	return r;
}
