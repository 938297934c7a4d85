/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Each function violates one obligation, on the line that says so: the property
 * and the message are behind the exclamation mark.
 */
#include "intrinsics.h"

struct pair { u64 a; u64 b; };
struct bits { u32 a : 3; u32 b : 7; u32 : 0; u32 c : 5; };

static u32 table[4] = { 1, 2, 3, 4 };
static const u32 fixed[2] = { 1, 2 };
static u32 scalar;
static u64 sink;

static u64 *leak(void) { u64 local = 1, *p = &local; return p; }
static u64 first(struct pair p) { return p.a; }

u64 stack_above(void) { u64 a[3] = { 0 }; return a[scalar + 3]; } /* ! bounds: reads outside of a (24 bytes) */
u64 stack_below(void) { u64 a[3] = { 0 }; int i = -1; return a[i]; } /* ! bounds: reads outside of a (24 bytes) */
u64 stack_across(void) { u64 a[2] = { 0 }; return *(u64 *)((u8 *)a + 12); } /* ! bounds: reads outside of a (16 bytes) */
u64 stack_write(void) { u8 a[3]; a[scalar + 3] = 1; return 0; } /* ! bounds: writes outside of a (3 bytes) */
u64 heap_above(void) { u8 *p = vmc_alloc(8, 1, 0, "buffer"); return p[8]; } /* ! bounds: reads outside of buffer (8 bytes) */
u64 heap_below(void) { u8 *p = vmc_alloc(8, 1, 0, "buffer"); return p[-1]; } /* ! bounds: reads outside of buffer (8 bytes) */
u64 heap_empty(void) { u8 *p = vmc_alloc(0, 1, 0, "buffer"); return *p; } /* ! bounds: reads outside of buffer (0 bytes) */
u64 global_above(void) { return table[scalar + 4]; } /* ! bounds: reads outside of table (16 bytes) */
u64 global_far(void) { return (&scalar)[4096]; } /* ! bounds: reads where there is no object: 0xffffffff9000b1c0 */
u64 copy_outside(void) { u8 a[4]; __builtin_memcpy(a, table, 5); return 0; } /* ! bounds: writes outside of a (4 bytes) */
u64 clear_outside(void) { __builtin_memset(table + 1, 0, 16); return 0; } /* ! bounds: writes outside of table (16 bytes) */
u64 symbolic_index(void) { return table[INPUT("i", 0, 4)]; } /* ! bounds: reads outside of table (16 bytes) */
u64 symbolic_below(void) { return table[INPUT("i", 0, 4) - 1]; } /* ! bounds: reads outside of table (16 bytes) */
u64 symbolic_size(void) { u8 *p = vmc_alloc(INPUT("n", 1, 9000), 1, 0, "buffer"); return p[1]; } /* ! bounds: reads outside of buffer */

u64 use_after_free(void)
{
	u64 *p = vmc_alloc(8, 1, 0, "buffer");

	vmc_free(p);
	return *p; /* ! bounds: reads buffer after it was freed */
}

u64 write_after_free(void)
{
	u64 *p = vmc_alloc(8, 1, 0, "buffer");

	vmc_free(p);
	*p = 1; /* ! bounds: writes buffer after it was freed */
	return 0;
}

u64 double_free(void)
{
	u64 *p = vmc_alloc(8, 1, 0, "buffer");

	vmc_free(p);
	vmc_free(p); /* ! bounds: frees buffer, which was freed before */
	return 0;
}

u64 free_middle(void)
{
	u64 *p = vmc_alloc(16, 1, 0, "buffer");

	vmc_free(p + 1); /* ! bounds: frees the middle of buffer */
	return 0;
}

u64 free_stack(void) { u64 x; vmc_free(&x); return 0; } /* ! bounds: frees what was never allocated */
u64 free_null(void) { vmc_free(0); return 0; } /* ! bounds: frees what was never allocated */
u64 unwritten_local(void) { u64 x; return x; } /* ! bounds: reads x at byte 0, which was never written */
u64 unwritten_heap(void) { u64 *p = vmc_alloc(16, 0, 0, "buffer"); *p = 1; return p[1]; } /* ! bounds: reads buffer at byte 8, which was never written */
u64 unwritten_part(void) { u64 x; *(u8 *)&x = 1; return x; } /* ! bounds: reads x at byte 0, which was never written */
u64 unwritten_argument(void) { u64 x; return first((struct pair){ 1, 2 }) + (x ? 1 : 2); } /* ! bounds: reads x at byte 0, which was never written */
u64 unwritten_bits(void) { struct bits x; return x.b; } /* ! bounds: reads x at byte 0, which was never written */
u64 unwritten_later_bits(void) { struct bits x; x.a = 1; return x.c; } /* ! bounds: reads x at byte 4, which was never written */
u64 unwritten_atomic(void) { u64 x; return __atomic_fetch_add(&x, 1, 0); } /* ! bounds: reads x at byte 0, which was never written */

u64 unwritten_field_of_copy(void)
{
	struct pair x, y;

	x.a = 1;
	y = x;
	return y.b; /* ! bounds: reads y at byte 8, which was never written */
}

u64 unwritten_copy_over_written(void)
{
	struct pair x, y = { 1, 2 };

	x.a = 1;
	y = x;
	return y.b; /* ! bounds: reads y at byte 8, which was never written */
}

u64 unwritten_copy_to_heap(void)
{
	struct pair x, *p = vmc_alloc(sizeof(*p), 1, 0, "buffer");

	x.b = 1;
	*p = x;
	return p->b + p->a; /* ! bounds: reads buffer at byte 0, which was never written */
}

u64 dead_local(void) { return *leak(); } /* ! bounds: reads where there is no object: 0xffd2000000000000 */

u64 dead_local_reused(void)
{
	u64 *p = leak();

	leak();
	return *p; /* ! bounds: reads where there is no object: 0xffd2000000002000 */
}

u64 null_read(void) { u64 *p = 0; return *p; } /* ! bounds: reads through a NULL pointer */
u64 null_field(void) { struct pair *p = 0; p->b = 1; return 0; } /* ! bounds: writes through a NULL pointer */
u64 wild_pointer(void) { return *(u64 *)0x123456789000; } /* ! bounds: reads where there is no object: 0x123456789000 */
u64 write_string(void) { char *s = "text"; s[1] = 'x'; return 0; } /* ! bounds: writes .str.3, which is read-only */
u64 write_constant(void) { *(u32 *)&fixed[1] = 1; return 0; } /* ! bounds: writes fixed, which is read-only */
u64 write_function(void) { *(u8 *)leak = 1; return 0; } /* ! bounds: writes a function, which is read-only */
u64 call_null(void) { u64 (*f)(void) = 0; return f(); } /* ! bounds: calls a NULL function pointer */
u64 call_data(void) { u64 (*f)(void) = (u64 (*)(void))&table; return f(); } /* ! bounds: calls what is no function */
u64 call_middle(void) { u64 (*f)(void) = (u64 (*)(void))((u8 *)null_read + 1); return f(); } /* ! bounds: calls what is no function */
u64 divide_by_zero(void) { return 5 / scalar; } /* ! trap: division by zero */
u64 remainder_by_zero(void) { return 5 % (int)scalar; } /* ! trap: division by zero */
u64 symbolic_divisor(void) { return 100 / (INPUT("d", 0, 9) & ~1UL); } /* ! trap: division by zero */
u64 least_by_minus_one(void) { int x = -2147483647 - 1; return x / ((int)scalar - 1); } /* ! trap: a division overflows */
u64 least_remainder(void) { long x = 1L << 63; return x % ((long)scalar - 1); } /* ! trap: a division overflows */
u64 symbolic_quotient(void) { return (int)INPUT("n", 0, ~0UL) / (int)INPUT("d", 1, ~0UL >> 1 | 1); } /* ! trap: division by zero */
u64 shift_by_width(void) { return 1UL << (scalar + 64); } /* ! wrap: a shift by the operand's width or more */
u64 symbolic_shift(void) { return 1U >> INPUT("n", 0, 32); } /* ! wrap: a shift by the operand's width or more */
u64 processor_trap(void) { __builtin_trap(); } /* ! trap: the processor traps */
u64 unreachable(void) { __builtin_unreachable(); } /* ! trap: control reaches what must not be reached */
