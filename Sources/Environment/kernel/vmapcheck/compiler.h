/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * compiler.h - the kernel's general macros: annotations, min and max, bits and
 * alignment, error pointers, WARN and BUG.
 *
 * Where the kernel has a ?: or a branch that is only a matter of value, these use
 * vmc_select, so that the two sides are not explored apart. Inline functions that
 * wrap on purpose, or whose callers may pass anything, are marked __wraps: in
 * them no-wrap is not checked.
 */
#ifndef VMAPCHECK_COMPILER_H
#define VMAPCHECK_COMPILER_H

#include <vmapcheck/contract.h>
#include <vmapcheck/intrinsics.h>
#include <vmapcheck/types.h>

#define __wraps __attribute__((no_sanitize("integer")))
#define __weak __attribute__((weak))
#define __always_inline inline
#define noinline
#define __user
#define __iomem
#define __force
#define __init
#define __exit
#define __must_check
#define __maybe_unused __attribute__((unused))
#define __ro_after_init
#define __read_mostly
#define __printf(a, b)
#define __packed __attribute__((packed))
#define __rcu
#define asmlinkage
#define fallthrough __attribute__((fallthrough))

#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)

#define likely(x) (x)
#define unlikely(x) (x)
#define barrier() do { } while (0)
#define smp_mb() barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) ((void)(*(volatile typeof(x) *)&(x) = (value)))

#define offsetof(type, member) __builtin_offsetof(type, member)
#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define struct_size(pointer, member, count) \
	(sizeof(*(pointer)) + sizeof((pointer)->member[0]) * (count))
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define BUILD_BUG() _Static_assert(0, "BUILD_BUG")

/* No fork: both sides are values. */
#define __vmc_pick(type, condition, a, b) \
	((type)vmc_select((condition), (vmc_u64)(a), (vmc_u64)(b)))
#define min(a, b)                                                                  \
	({                                                                         \
		__auto_type __a = (a);                                             \
		__auto_type __b = (b);                                             \
		__vmc_pick(typeof((a) + (b)), __a < __b, __a, __b);                \
	})
#define max(a, b)                                                                  \
	({                                                                         \
		__auto_type __a = (a);                                             \
		__auto_type __b = (b);                                             \
		__vmc_pick(typeof((a) + (b)), __a > __b, __a, __b);                \
	})
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define min3(a, b, c) min(min(a, b), c)
#define clamp_t(type, value, lo, hi) min_t(type, max_t(type, value, lo), hi)
#define clamp(value, lo, hi) clamp_t(typeof(value), value, lo, hi)
#define swap(a, b)                     \
	do {                           \
		typeof(a) __t = (a);   \
		(a) = (b);             \
		(b) = __t;             \
	} while (0)

#define BIT(n) (1UL << (n))
#define __ALIGN_MASK(x, mask) (((x) + (mask)) & ~(mask))
#define ALIGN(x, a) __ALIGN_MASK(x, (typeof(x))(a) - 1)
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define PTR_ALIGN(p, a) ((typeof(p))ALIGN((unsigned long)(p), (a)))
#define round_up(x, y) ALIGN(x, y)
#define round_down(x, y) ALIGN_DOWN(x, y)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define upper_32_bits(n) ((u32)((n) >> 32))
#define lower_32_bits(n) ((u32)((n) & 0xffffffff))

#define check_add_overflow(a, b, result) __builtin_add_overflow(a, b, result)
#define check_sub_overflow(a, b, result) __builtin_sub_overflow(a, b, result)
#define check_mul_overflow(a, b, result) __builtin_mul_overflow(a, b, result)
#define check_shl_overflow(a, s, result)                                          \
	({                                                                        \
		__auto_type __a = (a);                                            \
		*(result) = (typeof(*(result)))((vmc_u64)__a << (s));             \
		((vmc_u64)*(result) >> (s)) != (vmc_u64)__a;                      \
	})

static inline __wraps size_t size_add(size_t a, size_t b)
{
	size_t sum = a + b;

	return vmc_select(sum < a, SIZE_MAX, sum);
}

/* b is the constant size of an element, but for odd callers. */
static inline __wraps size_t size_mul(size_t a, size_t b)
{
	return vmc_select(a > SIZE_MAX / (b | (b == 0)), SIZE_MAX, a * b);
}

#define array_size(a, b) size_mul(a, b)

static inline __wraps bool is_power_of_2(unsigned long n)
{
	return ((n & (n - 1)) == 0) & (n != 0);
}

/* linux/err.h */
static inline __wraps void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline __wraps long PTR_ERR(const void *pointer)
{
	return (long)pointer;
}

static inline __wraps bool IS_ERR_VALUE(unsigned long x)
{
	return x >= (unsigned long)-MAX_ERRNO;
}

static inline __wraps bool IS_ERR(const void *pointer)
{
	return IS_ERR_VALUE((unsigned long)pointer);
}

static inline __wraps bool IS_ERR_OR_NULL(const void *pointer)
{
	return (pointer == NULL) | IS_ERR(pointer);
}

static inline __wraps void *ERR_CAST(const void *pointer)
{
	return (void *)pointer;
}

static inline __wraps int PTR_ERR_OR_ZERO(const void *pointer)
{
	return (int)vmc_select(IS_ERR(pointer), (unsigned long)pointer, 0);
}

/*
 * A WARN is a violation, and the run goes on; a BUG ends it. That a WARN_ON_ONCE
 * is silent from its second time on is not modelled: every first time counts.
 */
#define __vmc_warn(condition, text)                       \
	({                                                \
		bool __warned = !!(condition);            \
		if (__warned)                             \
			vmc_violation(NO_SPLAT, text);    \
		__warned;                                 \
	})
#define WARN_ON(condition) __vmc_warn(condition, "WARNING: " #condition)
#define WARN_ON_ONCE(condition) WARN_ON(condition)
/* What is printed is of no matter, but to come by it is: an argument may read or change something. */
#define __vmc_evaluate(...)                                                \
	({                                                                 \
		_Pragma("clang diagnostic push")                           \
		_Pragma("clang diagnostic ignored \"-Wunused-value\"")     \
		(void)(__VA_ARGS__);                                       \
		_Pragma("clang diagnostic pop")                            \
	})
#define __vmc_warn_text(condition, text, ...)             \
	({                                                \
		bool __warned = __vmc_warn(condition, text); \
		if (__warned)                             \
			__vmc_evaluate(__VA_ARGS__);      \
		__warned;                                 \
	})
#define WARN(condition, ...) __vmc_warn_text(condition, "WARNING: " #condition, __VA_ARGS__)
#define WARN_ONCE(condition, ...) WARN(condition, __VA_ARGS__)
#define BUG_ON(condition) vmc_assert(!(condition), NO_SPLAT, "kernel BUG: " #condition)
#define BUG()                                              \
	do {                                               \
		vmc_assert(0, NO_SPLAT, "kernel BUG");     \
		vmc_stop();                                \
	} while (0)

/* CONFIG_DEBUG_VM is off. */
#define VM_BUG_ON(condition) do { } while (0)
#define VM_BUG_ON_PAGE(condition, page) do { } while (0)
#define VM_BUG_ON_FOLIO(condition, folio) do { } while (0)
#define VM_WARN_ON(condition) do { } while (0)
#define VM_WARN_ON_ONCE(condition) do { } while (0)

#define KERN_ERR
#define KERN_WARNING
#define KERN_INFO
#define printk(...) __vmc_evaluate(__VA_ARGS__)
#define pr_err(...) __vmc_evaluate(__VA_ARGS__)
#define pr_warn(...) __vmc_evaluate(__VA_ARGS__)
#define pr_info(...) __vmc_evaluate(__VA_ARGS__)
/* CONFIG_DYNAMIC_DEBUG: whoever runs the kernel says which of them print. */
#define pr_debug(...)                                      \
	do {                                               \
		if (vmc_choice("pr_debug() prints", 0, 1)) \
			__vmc_evaluate(__VA_ARGS__);       \
	} while (0)
#define dump_stack() do { } while (0)

/* linux/atomic.h: a load and a store of memory like any other. */
static inline __wraps int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static inline __wraps void atomic_set(atomic_t *v, int i)
{
	WRITE_ONCE(v->counter, i);
}

static inline __wraps void atomic_add(int i, atomic_t *v)
{
	v->counter += i;
}

#define atomic_inc(v) atomic_add(1, v)
#define atomic_dec(v) atomic_add(-1, v)
#define atomic_long_add(i, v) ((void)((v)->counter += (i)))
#define atomic_long_sub(i, v) ((void)((v)->counter -= (i)))

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

/* ilog2 and get_order of a value, without exploring each result apart; -1 of 0 (fls64(0) - 1). */
static inline __wraps int ilog2(unsigned long n)
{
	vmc_u64 log = 0;

	log += vmc_select((n >> (log + 32)) != 0, 32, 0);
	log += vmc_select((n >> (log + 16)) != 0, 16, 0);
	log += vmc_select((n >> (log + 8)) != 0, 8, 0);
	log += vmc_select((n >> (log + 4)) != 0, 4, 0);
	log += vmc_select((n >> (log + 2)) != 0, 2, 0);
	log += vmc_select((n >> (log + 1)) != 0, 1, 0);
	return (int)vmc_select(n == 0, (vmc_u64)-1, log);
}

static inline __wraps unsigned long roundup_pow_of_two(unsigned long n)
{
	return vmc_select(n <= 1, 1, 2UL << (ilog2(n - 1) & 63));
}

static inline __wraps int get_count_order_long(unsigned long n)
{
	return (int)vmc_select(n == 0, (vmc_u64)-1, (vmc_u64)(ilog2(n - 1) + 1));
}

#endif
