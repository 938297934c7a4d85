// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * context.c - where sleeping is allowed, as CONFIG_DEBUG_ATOMIC_SLEEP sees it.
 * Debian has it off, and then nothing is printed, but to sleep there is no less
 * wrong.
 */
#include "model.h"

static vmc_u64 rcu_depth;
static vmc_u64 preempt_depth;
static vmc_u64 irq_depth;
/* To sleep with it is right. */
static vmc_u64 mmap_depth;
static vmc_u64 epoch = 1;

vmc_u64 context_depth(void)
{
	return rcu_depth + preempt_depth + irq_depth;
}

vmc_u64 locks_held(void)
{
	return context_depth() + mmap_depth;
}

_Bool rcu_is_held(void)
{
	return rcu_depth != 0;
}

vmc_u64 rcu_epoch(void)
{
	return epoch;
}

void might_sleep(void)
{
	if (context_depth())
		vmc_violation(NO_SPLAT, "BUG: sleeping function called from invalid context");
}

void cond_resched(void)
{
	might_sleep();
}

void synchronize_rcu(void)
{
	might_sleep();
}

void rcu_read_lock(void)
{
	rcu_depth++;
}

static void leave(vmc_u64 *depth)
{
	vmc_assert(*depth != 0, NO_SPLAT, "unlocks what is not locked");
	*depth -= 1;
}

void rcu_read_unlock(void)
{
	leave(&rcu_depth);
	if (!rcu_depth)
		epoch++;
}

void preempt_disable(void)
{
	preempt_depth++;
}

void preempt_enable(void)
{
	leave(&preempt_depth);
}

void local_irq_disable(void)
{
	irq_depth++;
}

void local_irq_enable(void)
{
	leave(&irq_depth);
}

bool in_interrupt(void)
{
	return 0;
}

bool in_atomic(void)
{
	return preempt_depth != 0;
}

void spin_lock_init(spinlock_t *lock)
{
	lock->held = 0;
}

void spin_lock(spinlock_t *lock)
{
	vmc_assert(!lock->held, NO_SPLAT, "deadlock: the lock is held by this thread");
	lock->held = 1;
	preempt_depth++;
}

void spin_unlock(spinlock_t *lock)
{
	vmc_assert(lock->held, NO_SPLAT, "unlocks what is not locked");
	lock->held = 0;
	leave(&preempt_depth);
}

/* Of any process, or the kernel's. */
int mmap_read_trylock(struct mm_struct *mm)
{
	if (vmc_choice("another has the mmap lock", 0, 1))
		return 0;
	mmap_depth++;
	return 1;
}

void mmap_read_unlock(struct mm_struct *mm)
{
	leave(&mmap_depth);
}
