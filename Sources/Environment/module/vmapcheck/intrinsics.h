/* SPDX-License-Identifier: GPL-2.0 */
/*
 * intrinsics.h - the model's intrinsics, as far as a spec may call them, in a real
 * kernel: there is no model, so what it would be told goes to the machine.
 */
#ifndef VMAPCHECK_INTRINSICS_H
#define VMAPCHECK_INTRINSICS_H

#include <linux/types.h>

typedef unsigned char vmc_u8;
typedef unsigned int vmc_u32;
typedef unsigned long vmc_u64;

/* The machine's: the case is none of the spec's; an obligation of it does not hold. */
void vmk_reject(const char *why);
void vmk_violation(unsigned int property, const char *message);

static inline vmc_u64 vmc_select(bool condition, vmc_u64 a, vmc_u64 b)
{
	return condition ? a : b;
}

static inline void vmc_assume(bool condition, const char *why)
{
	if (!condition)
		vmk_reject(why);
}

static inline void vmc_expect(bool condition, vmc_u32 property,
			      const char *message)
{
	if (!condition)
		vmk_violation(property, message);
}

/* What is claimed of loops is for proofs alone. */
static inline bool vmc_wants_invariant(const char *text)
{
	return false;
}

static inline void vmc_invariant(bool holds)
{
}

#define vmc_assert(condition, property, message) \
	vmc_expect(condition, property, message)
#define vmc_violation(property, message) vmk_violation(property, message)

#endif
