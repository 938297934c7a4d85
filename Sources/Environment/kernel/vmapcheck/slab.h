/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * slab.h - kmalloc and its relatives. Each allocation may fail, and one that may
 * sleep must not be made in atomic context. What is allocated here is the
 * strategy's: it counts for cost, and has to be gone after a failure.
 */
#ifndef VMAPCHECK_SLAB_H
#define VMAPCHECK_SLAB_H

#include <vmapcheck/compiler.h>

void *kmalloc(size_t size, gfp_t flags);
void *kvmalloc(size_t size, gfp_t flags);
void kfree(const void *object);
void kvfree(const void *object);
void *vmc_vmalloc(size_t size, gfp_t flags);
void *kmemdup(const void *from, size_t size, gfp_t flags);

#define kzalloc(size, flags) kmalloc(size, (flags) | __GFP_ZERO)
#define kmalloc_array(n, size, flags) kmalloc(size_mul(n, size), flags)
#define kcalloc(n, size, flags) kmalloc(size_mul(n, size), (flags) | __GFP_ZERO)
#define kvzalloc(size, flags) kvmalloc(size, (flags) | __GFP_ZERO)
#define kvmalloc_array(n, size, flags) kvmalloc(size_mul(n, size), flags)
#define kvcalloc(n, size, flags) kvmalloc(size_mul(n, size), (flags) | __GFP_ZERO)
#define kmalloc_node(size, flags, node) kmalloc(size, flags)
#define kzalloc_node(size, flags, node) kzalloc(size, flags)
#define kvmalloc_node(size, flags, node) kvmalloc(size, flags)
#define vmalloc(size) vmc_vmalloc(size, GFP_KERNEL)
#define vzalloc(size) vmc_vmalloc(size, GFP_KERNEL | __GFP_ZERO)

#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)
/* Two pages of order MAX_PAGE_ORDER (10): 4 MiB. */
#define KMALLOC_MAX_SIZE (1UL << 22)

#endif
