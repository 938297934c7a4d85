/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * context.h - where sleeping is allowed: RCU, spinlocks, preemption, interrupts.
 * Strategies are called in process context, by one thread at a time.
 */
#ifndef VMAPCHECK_CONTEXT_H
#define VMAPCHECK_CONTEXT_H

#include <vmapcheck/compiler.h>

void might_sleep(void);
void cond_resched(void);
#define might_sleep_if(condition)          \
	do {                               \
		if (condition)             \
			might_sleep();     \
	} while (0)
#define might_alloc(gfp) might_sleep_if((gfp) & __GFP_DIRECT_RECLAIM)

void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
#define rcu_dereference(p) READ_ONCE(p)
#define rcu_assign_pointer(p, value) WRITE_ONCE(p, value)

void preempt_disable(void);
void preempt_enable(void);
void local_irq_disable(void);
void local_irq_enable(void);
#define local_irq_save(flags) do { (flags) = 0; local_irq_disable(); } while (0)
#define local_irq_restore(flags) do { (void)(flags); local_irq_enable(); } while (0)
bool in_interrupt(void);
bool in_atomic(void);
#define in_nmi() false

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

#endif
