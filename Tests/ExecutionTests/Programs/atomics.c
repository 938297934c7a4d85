/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

#define OBSERVE(type) do { \
	type x = (type)a, y = (type)b; \
	MIX(r, __atomic_fetch_add(&x, y, __ATOMIC_SEQ_CST)); \
	MIX(r, __atomic_sub_fetch(&x, (type)c, __ATOMIC_RELAXED)); \
	MIX(r, __atomic_fetch_and(&x, (type)d, __ATOMIC_ACQUIRE)); \
	MIX(r, __atomic_fetch_nand(&x, y, __ATOMIC_RELEASE)); \
	MIX(r, __atomic_or_fetch(&x, (type)c, __ATOMIC_ACQ_REL)); \
	MIX(r, __atomic_xor_fetch(&x, (type)a, __ATOMIC_SEQ_CST)); \
	MIX(r, __atomic_exchange_n(&x, y, __ATOMIC_SEQ_CST)); \
	MIX(r, __atomic_fetch_min(&x, (type)c, __ATOMIC_SEQ_CST)); \
	MIX(r, __atomic_fetch_max(&x, (type)d, __ATOMIC_SEQ_CST)); \
	MIX(r, __atomic_load_n(&x, __ATOMIC_ACQUIRE)); \
	__atomic_store_n(&y, x, __ATOMIC_RELEASE); \
	MIX(r, y); \
} while (0)

PROGRAM(atomics)
{
	u64 r = 0;

	OBSERVE(u8); OBSERVE(s8); OBSERVE(u16); OBSERVE(s16);
	OBSERVE(u32); OBSERVE(s32); OBSERVE(u64); OBSERVE(s64);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__sync_synchronize();
	return r;
}
