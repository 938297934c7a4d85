/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define OBSERVE(type) do { \
	type x = (type)a, expected = (type)b, wanted = (type)c; \
	MIX(r, __atomic_compare_exchange_n(&x, &expected, wanted, 0, __ATOMIC_SEQ_CST, \
					   __ATOMIC_RELAXED)); \
	MIX(r, expected); MIX(r, x); \
	expected = x; \
	MIX(r, __atomic_compare_exchange_n(&x, &expected, (type)d, 0, __ATOMIC_ACQUIRE, \
					   __ATOMIC_ACQUIRE)); \
	MIX(r, x); \
	MIX(r, __sync_val_compare_and_swap(&x, (type)a, wanted)); \
	MIX(r, __sync_bool_compare_and_swap(&x, (type)d, wanted)); \
	MIX(r, x); \
} while (0)

PROGRAM(exchanges)
{
	u64 r = 0, word = a, *slot = &word, *other = &r, *old;

	OBSERVE(u8); OBSERVE(s16); OBSERVE(u32); OBSERVE(s64);
	old = __atomic_exchange_n(&slot, other, __ATOMIC_SEQ_CST);
	MIX(r, old == &word); MIX(r, slot == &r);
	old = &r;
	if (__atomic_compare_exchange_n(&slot, &old, &word, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		*slot += b;
	MIX(r, word);
	return r;
}
