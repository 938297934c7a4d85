/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The counterparts of violations.c: each function returns 1 and violates nothing. */
#include "intrinsics.h"

struct pair { u64 a; u64 b; };
struct padded { u32 a; u8 b; };
struct wide { u64 a; u32 b; u8 c; };
struct odd { u16 a; u8 b; u16 c; };
struct bits { u32 a : 3; u32 b : 7; u32 : 0; u32 c : 5; };
union overlay { struct { u32 low : 3, rest : 20; } part; u8 first; };

static u32 table[4] = { 1, 2, 3, 4 };
static u32 zeros[4];

static u64 field(struct padded p) { return p.b; }
static u64 wide_field(struct wide p) { return p.c; }
static u64 odd_field(struct odd p) { return p.c; }
static struct padded padded(u32 a) { struct padded p; p.a = a; p.b = 1; return p; }
static struct odd odd(void) { struct odd p; p.a = 3; p.b = 2; p.c = 1; return p; }
static u64 *escape(u64 *p) { return p; }

u64 last_element(void) { return table[3] - 3; }
u64 past_the_end(void) { u32 *p = table; while (p != table + 4) p++; return p - table - 3; }
u64 symbolic_index(void) { return table[INPUT("i", 0, 3)] != 0; }
u64 symbolic_base(void) { u64 i = INPUT("i", 100, 103); return table[i - 100] == i - 99; }
u64 symbolic_checked(void) { u64 i = INPUT("i", 0, ~0UL); return i < 4 ? table[i] == i + 1 : 1; }
u64 zeroed_heap(void) { u64 *p = vmc_alloc(16, 1, 0, "buffer"); return !p[1]; }
u64 zero_globals(void) { return !zeros[3]; }
u64 written_heap(void) { u64 *p = vmc_alloc(16, 0, 0, "buffer"); p[1] = 1; return p[1]; }
u64 written_elsewhere(void) { u64 x; *escape(&x) = 1; return x; }
u64 written_bytewise(void) { u16 x; ((u8 *)&x)[0] = 1; ((u8 *)&x)[1] = 0; return x; }
u64 free_once(void) { void *p = vmc_alloc(1, 0, 7, "buffer"); vmc_free(p); return !vmc_live_objects(7) + 0; }
u64 live_objects(void) { vmc_alloc(1, 0, 3, "b"); vmc_alloc(1, 0, 4, "c"); return vmc_live_objects(3); }
u64 object_size(void) { return vmc_object_size(vmc_alloc(17, 0, 0, "buffer")) - 16; }
u64 empty_copy(void) { __builtin_memcpy(0, 0, zeros[0]); return 1; }
u64 struct_copy(void) { struct padded x, y; x.a = 1; x.b = 2; y = x; return y.a; }
u64 struct_by_value(void) { struct padded x; x.a = 5; x.b = 1; return field(x); }
u64 wide_struct_by_value(void) { struct wide x; x.a = 5; x.b = 2; x.c = 1; return wide_field(x); }
u64 odd_struct_by_value(void) { return odd_field(odd()); }
u64 struct_returned(void) { return padded(1).a; }
u64 struct_assigned(void) { struct padded x = padded(9); x = padded(1); return x.a; }
u64 copy_of_part(void) { struct pair x, y; x.b = 1; y = x; return y.b; }
u64 bits_stored(void) { struct bits x; x.a = 1; x.b = 2; return x.a; }
u64 bits_beside(void) { struct bits x; x.b = 100; x.a = 7; x.a = 1; return x.b - 99; }
u64 bits_of_union(void) { union overlay u; u.first = 8; u.part.low = 1; return u.first - 8; }
u64 bits_keep_bytes(void) { union overlay u; u.first = 0xf9; u.part.rest = 0; return u.first; }
u64 bits_on_heap(void) { struct bits *p = vmc_alloc(sizeof(*p), 0, 0, "b"); p->c = 1; return p->c; }
u64 divided(void) { return INPUT("n", 0, ~0UL) / INPUT("d", 2, 9) <= ~0UL / 2; }
u64 signed_division(void) { return (int)INPUT("n", 0, 99) / ((int)INPUT("d", 0, 3) - 4) <= 0; }
u64 shifted(void) { return 1UL << INPUT("n", 0, 63) != 0; }
u64 same_input(void) { return INPUT("x", 0, 9) == INPUT("x", 0, 99); }
u64 other_index(void) { return vmc_input("x", 1, 5, 5) + vmc_input("x", 2, 6, 6) - 10; }
u64 cleared_then_copied(void)
{
	struct wide x, y;

	__builtin_memset(&x, 0, sizeof(x));
	x.a = 1;
	__builtin_memcpy(&y, &x, sizeof(x));
	return y.a + y.b + y.c;
}
u64 zero_heap_to_stack(void)
{
	struct wide x, *p = vmc_alloc(sizeof(*p), 1, 0, "buffer");

	p->c = 1;
	x = *p;
	return x.a + x.b + x.c;
}
u64 overlapping_move(void)
{
	u8 a[4] = { 1, 2, 3, 4 };

	__builtin_memmove(a + 1, a, 3);
	__builtin_memmove(a, a + 1, 3);
	return a[0] == 1 && a[1] == 2 && a[2] == 3 && a[3] == 3;
}
u64 pointers_apart(void)
{
	u8 *p = vmc_alloc(4, 0, 0, "a"), *q = vmc_alloc(4, 0, 0, "b");

	return p != q && p + 4 != q && p != (u8 *)table;
}
u64 chosen_pointer(void)
{
	u32 x = 1, y = 1, *p = INPUT("which", 0, 1) ? &x : &y;

	*p += 4;
	return x + y - 5;
}
u64 chosen_element(void)
{
	u32 other[4] = { 1, 2, 3, 4 }, *p = INPUT("which", 0, 1) ? other : table;

	return p[INPUT("i", 0, 3)] - INPUT("i", 0, 3);
}
