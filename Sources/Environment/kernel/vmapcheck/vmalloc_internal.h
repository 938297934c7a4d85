/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * vmalloc_internal.h - for strategies that live in mm/vmalloc.c: what is static
 * there. A spec that takes one of the first two from a kernel tree says so before
 * it includes this:
 *
 *	#define VMAPCHECK_TAKES_VMAP_RANGE	(vmap_range_noflush)
 *	#define VMAPCHECK_TAKES_VMAP_PAGES	(vmap_pages_range and what it calls)
 *
 * Where there is no bound, what is taken can be gone through by what it does:
 * after vmap_by_contract(vmap_pages_range) a call of it is one of its contract
 * (model/contracts.c). In the bounded search, and on a machine, it is the text.
 */
#ifndef VMAPCHECK_VMALLOC_INTERNAL_H
#define VMAPCHECK_VMALLOC_INTERNAL_H

#include <vmapcheck/vmalloc.h>

/* x86-64: 1 GiB leaves (arch/x86/mm/ioremap.c); a constant after boot. */
#define ioremap_max_page_shift PUD_SHIFT

#ifndef VMAPCHECK_TAKES_VMAP_RANGE
int vmap_range_noflush(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
		       pgprot_t prot, unsigned int max_page_shift);
#endif
#ifndef VMAPCHECK_TAKES_VMAP_PAGES
int vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot,
		     struct page **pages, unsigned int page_shift);
#endif

#define vmap_by_contract(name) vmc_by_contract(#name)
/* An array of the buffer's pages still has them, after it was handed on. */
void vmap_check_pages_kept(struct page *const *pages);
/* All bits of the leaves of a mapping that is there. */
void vmap_check_leaves(const void *addr);

struct vmap_area {
	unsigned long va_start;
	unsigned long va_end;
	struct rb_node rb_node;
	struct list_head list;
	union {
		unsigned long subtree_max_size;
		struct vm_struct *vm;
	};
	unsigned long flags;
};

#define va_size(va) ((va)->va_end - (va)->va_start)

/* The arguments that came with 6.3 (flags) and 6.10 (vm) are for vmallocinfo. */
struct vmap_area *vmc_alloc_vmap_area(unsigned long size, unsigned long align,
				      unsigned long vstart, unsigned long vend);
#define alloc_vmap_area(size, align, vstart, vend, node, gfp, ...) \
	vmc_alloc_vmap_area(size, align, vstart, vend)

struct vmap_area *find_vmap_area(unsigned long addr);
struct vmap_area *find_unlink_vmap_area(unsigned long addr);
void free_unmap_vmap_area(struct vmap_area *va);
void *vb_alloc(unsigned long size, gfp_t gfp);
void vb_free(unsigned long addr, unsigned long size);

#endif
