/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * kernel.h - the kernel that strategies are compiled against, in its own names, so
 * that kernel text compiles as it is. VMAPCHECK_KERNEL_VERSION, made by
 * KERNEL_VERSION(), is defined if a spec is verified against a kernel tree.
 *
 * Only what a vmap strategy needs is here; of functions that are static in
 * mm/vmalloc.c see vmalloc_internal.h.
 */
#ifndef VMAPCHECK_KERNEL_H
#define VMAPCHECK_KERNEL_H

#include <vmapcheck/compiler.h>
#include <vmapcheck/context.h>
#include <vmapcheck/dma-buf.h>
#include <vmapcheck/mm.h>
#include <vmapcheck/pagecache.h>
#include <vmapcheck/pgtable.h>
#include <vmapcheck/slab.h>
#include <vmapcheck/vmalloc.h>

#define memset(to, byte, size) __builtin_memset(to, byte, size)
#define memcpy(to, from, size) __builtin_memcpy(to, from, size)

#endif
