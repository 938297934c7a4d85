/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel.h - the kernel that a spec is compiled against: here, the real one. What a
 * spec allocates goes through the machine, which counts it; what the kernel does not
 * export is found by the machine.
 */
#ifndef VMAPCHECK_KERNEL_H
#define VMAPCHECK_KERNEL_H

#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/hugetlb.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pfn.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

#define VMAPCHECK_KERNEL_VERSION LINUX_VERSION_CODE

/* --- What the kernel does not export ----------------------------------------- */

extern struct mm_struct *vmk_init_mm;
struct vm_struct *vmk_get_vm_area_caller(unsigned long size,
					 unsigned long flags,
					 const void *caller);
struct vm_struct *vmk_find_vm_area(const void *addr);
struct vm_struct *vmk_remove_vm_area(const void *addr);
void *vmk_vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot);
int vmk_vmap_page_range(unsigned long addr, unsigned long end,
			phys_addr_t phys_addr, pgprot_t prot);

#define init_mm (*vmk_init_mm)
#define get_vm_area_caller vmk_get_vm_area_caller
#define get_vm_area(size, flags) \
	vmk_get_vm_area_caller(size, flags, __builtin_return_address(0))
#define find_vm_area vmk_find_vm_area
#define remove_vm_area vmk_remove_vm_area
#define vmap_pfn vmk_vmap_pfn
#define vmap_page_range vmk_vmap_page_range
#define ioremap_page_range vmk_vmap_page_range

/* --- What a spec allocates --------------------------------------------------- */

void *vmk_alloc(size_t n, size_t size, gfp_t flags, bool contiguous);
void vmk_free(const void *object);

#undef kmalloc
#undef kzalloc
#undef kcalloc
#undef kmalloc_array
#undef kvmalloc
#undef kvzalloc
#undef kvcalloc
#undef kvmalloc_array
#undef vmalloc
#undef vzalloc
#define kmalloc(size, flags) vmk_alloc(1, size, flags, true)
#define kzalloc(size, flags) vmk_alloc(1, size, (flags) | __GFP_ZERO, true)
#define kmalloc_array(n, size, flags) vmk_alloc(n, size, flags, true)
#define kcalloc(n, size, flags) vmk_alloc(n, size, (flags) | __GFP_ZERO, true)
#define kvmalloc(size, flags) vmk_alloc(1, size, flags, false)
#define kvzalloc(size, flags) vmk_alloc(1, size, (flags) | __GFP_ZERO, false)
#define kvmalloc_array(n, size, flags) vmk_alloc(n, size, flags, false)
#define kvcalloc(n, size, flags) vmk_alloc(n, size, (flags) | __GFP_ZERO, false)
#define vmalloc(size) vmk_alloc(1, size, GFP_KERNEL, false)
#define vzalloc(size) vmk_alloc(1, size, GFP_KERNEL | __GFP_ZERO, false)
#define kfree(object) vmk_free(object)
#define kvfree(object) vmk_free(object)

#endif
