/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * types.h - the kernel's basic types, limits, error numbers and configuration,
 * for x86-64 with 4 KiB pages.
 */
#ifndef VMAPCHECK_TYPES_H
#define VMAPCHECK_TYPES_H

#define NULL ((void *)0)

typedef _Bool bool;
#define true 1
#define false 0

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

typedef unsigned long size_t;
typedef long ssize_t;
typedef unsigned long uintptr_t;
typedef long long loff_t;
typedef unsigned long pgoff_t;
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef u64 dma_addr_t;
typedef unsigned int gfp_t;
typedef unsigned int pgtbl_mod_mask;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_long_t;

typedef struct {
	int held;
} spinlock_t;

struct list_head {
	struct list_head *next, *prev;
};

struct llist_node {
	struct llist_node *next;
};

struct rb_node {
	unsigned long parent, right, left;
};

#define U32_MAX ((u32)~0U)
#define U64_MAX ((u64)~0ULL)
#define INT_MAX ((int)(~0U >> 1))
#define UINT_MAX (~0U)
#define LONG_MAX ((long)(~0UL >> 1))
#define ULONG_MAX (~0UL)
#define LLONG_MAX ((long long)(~0ULL >> 1))
#define SIZE_MAX (~(size_t)0)
#define BITS_PER_LONG 64
#define BITS_PER_BYTE 8

#define EPERM 1
#define ENOENT 2
#define EIO 5
#define E2BIG 7
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define EINVAL 22
#define ENOSPC 28
#define ERANGE 34
#define ENOSYS 38
#define EOPNOTSUPP 95
#define MAX_ERRNO 4095

/* linux/gfp_types.h; the numbers are the model's own. */
#define __GFP_DMA 0x01u
#define __GFP_HIGHMEM 0x02u
#define __GFP_DMA32 0x04u
#define __GFP_MOVABLE 0x08u
#define __GFP_HIGH 0x20u
#define __GFP_IO 0x40u
#define __GFP_FS 0x80u
#define __GFP_ZERO 0x100u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_NOWARN 0x2000u
#define __GFP_RETRY_MAYFAIL 0x4000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_NORETRY 0x10000u
#define __GFP_ACCOUNT 0x400000u
#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_NOIO (__GFP_RECLAIM)
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_USER GFP_KERNEL
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_RECLAIM_MASK (__GFP_RECLAIM | __GFP_HIGH | __GFP_IO | __GFP_FS | __GFP_NOWARN | \
			  __GFP_RETRY_MAYFAIL | __GFP_NOFAIL | __GFP_NORETRY)

#define NUMA_NO_NODE (-1)

/* The configuration is Debian's for x86-64, where it can change what a vmap strategy does. */
#define CONFIG_64BIT 1
#define CONFIG_MMU 1
#define CONFIG_X86_64 1
#define CONFIG_X86_5LEVEL 1
#define CONFIG_NUMA 1
#define CONFIG_SMP 1
#define CONFIG_SPARSEMEM 1
#define CONFIG_SPARSEMEM_VMEMMAP 1
#define CONFIG_HUGETLB_PAGE 1
#define CONFIG_HUGETLB_PAGE_OPTIMIZE_VMEMMAP 1
#define CONFIG_TRANSPARENT_HUGEPAGE 1
#define CONFIG_HAVE_ARCH_HUGE_VMAP 1
#define CONFIG_HAVE_ARCH_HUGE_VMALLOC 1
#define CONFIG_VMAP_PFN 1

#define KERNEL_VERSION(a, b, c) (((a) << 16) | ((b) << 8) | (c))

#define __VMC_PLACEHOLDER_1 0,
#define __VMC_SECOND(ignored, value, ...) value
#define __VMC_IS_DEFINED3(arg) __VMC_SECOND(arg 1, 0, 0)
#define __VMC_IS_DEFINED2(value) __VMC_IS_DEFINED3(__VMC_PLACEHOLDER_##value)
#define __VMC_IS_DEFINED(option) __VMC_IS_DEFINED2(option)
#define IS_ENABLED(option) __VMC_IS_DEFINED(option)
#define IS_BUILTIN(option) __VMC_IS_DEFINED(option)

#endif
