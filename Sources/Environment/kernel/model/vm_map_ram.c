// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vm_map_ram.c - vm_map_ram() and vm_unmap_ram(), and what their kernel text calls:
 * slots of shared 4 MiB blocks for up to 64 pages, areas of their own for more. They
 * have no vm_struct and no guard page. A slot's number of pages is rounded up to a
 * power of two, and whose it is nobody remembers: the count at unmap has to be the
 * one at map (kernel.md, section 1.1).
 */
#include "model.h"

#define MAX_SLOT_PAGES 64UL
#define BLOCK_SIZE (1024UL * PAGE_SIZE)

/* Every area has a vmap_area; here it is made when it is first asked for. */
static struct vmap_area *va_of(struct area *area)
{
	struct vmap_area *va = area->va;

	if (va)
		return va;
	va = vmc_alloc(sizeof(*va), 1, OWNER_KERNEL, "vmap_area");
	va->va_start = area->start;
	va->va_end = area->end;
	area->va = va;
	return va;
}

struct vmap_area *vmc_alloc_vmap_area(unsigned long size, unsigned long align,
				      unsigned long vstart, unsigned long vend)
{
	struct area *area;

	/* mm/vmalloc.c: kernel BUGs before 6.3. */
	if (!size || offset_in_page(size) || !is_power_of_2(align)) {
#ifdef VMAPCHECK_KERNEL_VERSION
		if (VMAPCHECK_KERNEL_VERSION < KERNEL_VERSION(6, 3, 0))
			vmc_violation(NO_SPLAT, "kernel BUG: alloc_vmap_area() of a bad size or alignment");
#endif
		return ERR_PTR(-EINVAL);
	}
	/* Whatever the caller's gfp is. */
	might_sleep();
	if (vstart >= vend)
		return ERR_PTR(-EBUSY);
	vmc_assert((vstart == VMALLOC_START) & (vend == VMALLOC_END), MAPS_EXACTLY,
		   "an area that need not lie in the vmalloc space, or not anywhere in it");
	area = area_alloc(AREA_RAM, size, align, 0);
	if (!area)
		return ERR_PTR(-ENOMEM);
	return va_of(area);
}

struct vmap_area *find_vmap_area(unsigned long addr)
{
	struct area *area = area_find(addr);

	if (!area || area->kind == AREA_BLOCK)
		return NULL;
	/* It is unmapped without a word, and its vm_struct is leaked. */
	if (area->kind == AREA_VM)
		vmc_violation(API_CLASS, "vm_unmap_ram() of what vm_map_ram() did not map");
	return va_of(area);
}

struct vmap_area *find_unlink_vmap_area(unsigned long addr)
{
	return find_vmap_area(addr);
}

void free_unmap_vmap_area(struct vmap_area *va)
{
	struct area *area = area_find(va->va_start);

	area_free(area);
	vmc_free(va);
}

void *vb_alloc(unsigned long size, gfp_t gfp)
{
	struct area *area;

	vmc_assert((size & ~PAGE_MASK) == 0, NO_SPLAT, "kernel BUG: offset_in_page(size)");
	vmc_assert(size <= MAX_SLOT_PAGES << PAGE_SHIFT, NO_SPLAT,
		   "kernel BUG: size > PAGE_SIZE * VMAP_MAX_ALLOC");
	if (WARN_ON(size == 0))
		return ERR_PTR(-EINVAL);
	might_alloc(gfp);
	area = area_alloc(AREA_BLOCK, size, PAGE_SIZE, 0);
	if (!area)
		return ERR_PTR(-ENOMEM);
	return (void *)area->start;
}

void vb_free(unsigned long addr, unsigned long size)
{
	struct area *area = area_find(addr);

	vmc_assert(size <= MAX_SLOT_PAGES << PAGE_SHIFT, NO_SPLAT,
		   "kernel BUG: size > PAGE_SIZE * VMAP_MAX_ALLOC");
	if (!area || area->kind != AREA_BLOCK) {
		vmc_violation(API_CLASS, "vm_unmap_ram() of what vm_map_ram() did not map");
		vmc_violation(NO_SPLAT, "BUG: NULL pointer dereference in vb_free()");
		vmc_stop();
	}
	if (size != area->end - area->start)
		vmc_violation(API_CLASS, "vm_unmap_ram() of another count than was mapped");
	area_free(area);
}

__weak void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	unsigned long size = (unsigned long)count << PAGE_SHIFT;
	unsigned long addr;

	if (count <= MAX_SLOT_PAGES) {
		void *slot = vb_alloc(size, GFP_KERNEL);

		if (IS_ERR(slot))
			return NULL;
		addr = (unsigned long)slot;
	} else {
		struct vmap_area *va = alloc_vmap_area(size, PAGE_SIZE, VMALLOC_START, VMALLOC_END,
						       node, GFP_KERNEL);

		if (IS_ERR(va))
			return NULL;
		addr = va->va_start;
	}
	vmap_api_takes_pages(pages, count);
	if (vmap_pages_range(addr, addr + size, PAGE_KERNEL, pages, PAGE_SHIFT) < 0) {
		vm_unmap_ram((void *)addr, count);
		return NULL;
	}
	return (void *)addr;
}

__weak void vm_unmap_ram(const void *mem, unsigned int count)
{
	unsigned long size = (unsigned long)count << PAGE_SHIFT;
	unsigned long addr = (unsigned long)mem;
	struct vmap_area *va;

	might_sleep();
	vmc_assert((addr >= VMALLOC_START) & (addr <= VMALLOC_END) & ((addr & ~PAGE_MASK) == 0),
		   NO_SPLAT, "kernel BUG: vm_unmap_ram() of a bad address");
	if (count <= MAX_SLOT_PAGES) {
		vb_free(addr, size);
		return;
	}
	va = find_unlink_vmap_area(addr);
	if (WARN_ON(!va))
		return;
	if (size != va->va_end - va->va_start)
		vmc_violation(API_CLASS, "vm_unmap_ram() of another count than was mapped");
	free_unmap_vmap_area(va);
}
