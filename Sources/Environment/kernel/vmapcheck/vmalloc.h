/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * vmalloc.h - what mm/vmalloc.c offers to the rest of the kernel. A spec that
 * takes one of these from a kernel tree defines it itself; the model's is weak.
 */
#ifndef VMAPCHECK_VMALLOC_H
#define VMAPCHECK_VMALLOC_H

#include <vmapcheck/pgtable.h>

#define VM_IOREMAP 0x00000001UL
#define VM_ALLOC 0x00000002UL
#define VM_MAP 0x00000004UL
#define VM_USERMAP 0x00000008UL
#define VM_DMA_COHERENT 0x00000010UL
#define VM_UNINITIALIZED 0x00000020UL
#define VM_NO_GUARD 0x00000040UL
#define VM_KASAN 0x00000080UL
#define VM_FLUSH_RESET_PERMS 0x00000100UL
#define VM_MAP_PUT_PAGES 0x00000200UL
#define VM_ALLOW_HUGE_VMAP 0x00000400UL

#define IOREMAP_MAX_ORDER (PUD_SHIFT)

struct vm_struct {
	struct vm_struct *next;
	void *addr;
	unsigned long size;		/* with the guard page */
	unsigned long flags;
	struct page **pages;
	unsigned int page_order;
	unsigned int nr_pages;
	phys_addr_t phys_addr;
	const void *caller;
	unsigned long requested_size;
};

static inline size_t get_vm_area_size(const struct vm_struct *area)
{
	return area->size - vmc_select((area->flags & VM_NO_GUARD) != 0, 0, PAGE_SIZE);
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
void vunmap(const void *addr);
void vfree(const void *addr);
void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot);
void *vm_map_ram(struct page **pages, unsigned int count, int node);
void vm_unmap_ram(const void *mem, unsigned int count);
void vm_unmap_aliases(void);

struct vm_struct *get_vm_area(unsigned long size, unsigned long flags);
struct vm_struct *get_vm_area_caller(unsigned long size, unsigned long flags,
				     const void *caller);
struct vm_struct *find_vm_area(const void *addr);
struct vm_struct *remove_vm_area(const void *addr);
void free_vm_area(struct vm_struct *area);

int vmap_page_range(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
		    pgprot_t prot);
int ioremap_page_range(unsigned long addr, unsigned long end, phys_addr_t phys_addr,
		       pgprot_t prot);
void vunmap_range(unsigned long addr, unsigned long end);
void vunmap_range_noflush(unsigned long addr, unsigned long end);

bool is_vmalloc_addr(const void *x);
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);

/* KASAN, KMSAN, kmemleak and the debug checks are off. */
static inline int __vmc_zero(void)
{
	return 0;
}

#define KASAN_VMALLOC_PROT_NORMAL 0
#define kasan_reset_tag(addr) ((void *)(addr))
#define kasan_poison_vmalloc(start, size) do { } while (0)
#define kasan_unpoison_vmalloc(start, size, flags) ((void *)(start))
#define kmsan_vmap_pages_range_noflush(...) __vmc_zero()
#define kmsan_ioremap_page_range(...) __vmc_zero()
#define kmsan_vunmap_range_noflush(...) do { } while (0)
#define kmemleak_free(addr) do { } while (0)
#define debug_check_no_locks_freed(start, size) do { } while (0)
#define debug_check_no_obj_freed(start, size) do { } while (0)
#define debug_pagealloc_enabled_static() 0

#endif
