// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vmalloc.c - mm/vmalloc.c for the rest of the kernel: vm areas, vmap, vmap_pfn and
 * their undoing (kernel.md, section 1; 6.1 to 7.3 alike but where it says so). All of
 * it is weak: a spec that takes a function from a kernel tree has that one instead.
 */
#include "model.h"

static unsigned long page_align(unsigned long size)
{
	return (size + PAGE_SIZE - 1) & PAGE_MASK;
}

/* --- vm areas ---------------------------------------------------------------------- */

__weak struct vm_struct *get_vm_area_caller(unsigned long size, unsigned long flags,
					    const void *caller)
{
	unsigned long mapped = page_align(size);
	unsigned long guard = flags & VM_NO_GUARD ? 0 : PAGE_SIZE;
	struct vm_struct *vm;
	struct area *area;

	if (!mapped)
		return NULL;
	might_sleep();
	if (allocation_fails("vm_struct"))
		return NULL;
	area = area_alloc(AREA_VM, mapped, flags & VM_IOREMAP ? 1UL << IOREMAP_MAX_ORDER : 1,
			  guard);
	if (!area)
		return NULL;
	vm = vmc_alloc(sizeof(*vm), 1, OWNER_KERNEL, "vm_struct");
	vm->addr = (void *)area->start;
	vm->size = mapped + guard;
	vm->flags = flags;
	vm->caller = caller;
	vm->requested_size = size;
	area->vm = vm;
	return vm;
}

__weak struct vm_struct *get_vm_area(unsigned long size, unsigned long flags)
{
	return get_vm_area_caller(size, flags, NULL);
}

/* Of an address inside an area, too, as the kernel finds it. */
__weak struct vm_struct *find_vm_area(const void *addr)
{
	struct area *area = area_find((vmc_u64)addr);

	return area ? area->vm : NULL;
}

__weak struct vm_struct *remove_vm_area(const void *addr)
{
	struct area *area;

	might_sleep();
	if (WARN(!PAGE_ALIGNED(addr), "Trying to vfree() bad address (%p)\n", addr))
		return NULL;
	area = area_find((vmc_u64)addr);
	if (!area || !area->vm)
		return NULL;
	area_free(area);
	return area->vm;
}

__weak void free_vm_area(struct vm_struct *vm)
{
	struct vm_struct *removed = remove_vm_area(vm->addr);

	BUG_ON(removed != vm);
	vmc_free(vm);
}

/* --- vmap ------------------------------------------------------------------------------ */

/* vmap() is for pages: each must have a struct page. */
void vmap_api_takes_pages(struct page **pages, unsigned long count)
{
	_Bool valid = 1;
	unsigned long i;

	if (folios_unbounded()) {
		vmc_look(1);
		if (looks_at(count))
			valid = pfn_valid(page_to_pfn(pages[watched_page()->place]));
		vmc_look(0);
	} else {
		for (i = 0; i < count; i++)
			valid &= pfn_valid(page_to_pfn(pages[i]));
	}
	vmc_expect_of_watched(valid, API_CLASS, "vmap() of what has no struct page");
}

__weak void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	unsigned long size = (unsigned long)count << PAGE_SHIFT;
	struct vm_struct *vm;
	unsigned long addr;

	might_sleep();
	/* From 6.12 on; in 6.1 vmap() takes the flag. */
	if ((flags & VM_FLUSH_RESET_PERMS) && folios_era() != ERA_6_1) {
		vmc_violation(NO_SPLAT, "WARNING: flags & VM_FLUSH_RESET_PERMS");
		return NULL;
	}
	if (WARN_ON(flags & VM_NO_GUARD))
		flags &= ~VM_NO_GUARD;
	if (count > totalram_pages())
		return NULL;
	vm = get_vm_area_caller(size, flags, NULL);
	if (!vm)
		return NULL;
	addr = (unsigned long)vm->addr;
	vmap_api_takes_pages(pages, count);
	if (vmap_pages_range(addr, addr + size, pgprot_nx(prot), pages, PAGE_SHIFT) < 0) {
		vunmap(vm->addr);
		return NULL;
	}
	if (flags & VM_MAP_PUT_PAGES) {
		vm->pages = pages;
		vm->nr_pages = count;
	}
	return vm->addr;
}

/* An area that is not there: what was mapped otherwise is not undone by this. */
static _Bool is_vm_area(const void *addr, const char *message)
{
	struct area *area = area_find((vmc_u64)addr);

	if (area && area->vm)
		return 1;
	vmc_violation(API_CLASS, message);
	vmc_violation(NO_SPLAT, "WARNING: Trying to unmap nonexistent vm area");
	return 0;
}

__weak void vunmap(const void *addr)
{
	struct vm_struct *vm;

	might_sleep();
	if (!addr)
		return;
	if (!is_vm_area(addr, "vunmap() of what vmap() did not map"))
		return;
	vm = remove_vm_area(addr);
	if (vm->nr_pages)
		vmc_violation(API_CLASS, "vunmap() of a VM_MAP_PUT_PAGES area leaks its pages");
	vmc_free(vm);
}

__weak void vfree(const void *addr)
{
	struct vm_struct *vm;
	unsigned int i;

	might_sleep();
	if (!addr || heap_vfree(addr))
		return;
	if (!is_vm_area(addr, "vfree() of what vmap() did not map"))
		return;
	vm = remove_vm_area(addr);
	if (!(vm->flags & VM_MAP_PUT_PAGES))
		vmc_violation(API_CLASS, "vfree() of an area that does not own its pages");
	for (i = 0; i < vm->nr_pages; i++) {
		BUG_ON(!vm->pages[i]);
		__free_page(vm->pages[i]);
	}
	kvfree(vm->pages);
	vmc_free(vm);
}

/* --- vmap_pfn ------------------------------------------------------------------------------ */

/* vmap_pfn() is for memory without struct pages, PCIe BARs and the like. */
void vmap_api_takes_pfns(const unsigned long *pfns, unsigned long count)
{
	_Bool valid = 0;
	unsigned long i;

	if (folios_unbounded()) {
		vmc_look(1);
		if (looks_at(count))
			valid = pfn_valid(pfns[watched_page()->place]);
		vmc_look(0);
	} else {
		for (i = 0; i < count; i++)
			valid |= pfn_valid(pfns[i]);
	}
	vmc_expect_of_watched(!valid, API_CLASS, "vmap_pfn() of memory that has struct pages");
}

static vmc_u64 special_pte(unsigned long pfn, pgprot_t prot)
{
	return pte_val(pte_mkspecial(pfn_pte(pfn, pgprot_nx(prot))));
}

/* Whether one of the pfns is valid; that is one that is not mapped, and ends it. */
static _Bool map_pfns_unbounded(unsigned long addr, const unsigned long *pfns, vmc_u64 count,
				pgprot_t prot)
{
	vmc_u64 place = watched_page()->place;
	unsigned long pfn = pfns[count - 1];

	vmc_map_set_unknown(MAP_LEAF, addr, addr + (count << PAGE_SHIFT));
	if (!looks_at(count))
		return 0;
	pfn = pfns[place];
	vmc_map_set(MAP_LEAF, addr + (place << PAGE_SHIFT), special_pte(pfn, prot));
	return pfn_valid(pfn);
}

__weak void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot)
{
	unsigned long size = (unsigned long)count << PAGE_SHIFT;
	struct vm_struct *vm = get_vm_area_caller(size, VM_IOREMAP, NULL);
	_Bool valid = 0;
	unsigned int i;

	if (!vm)
		return NULL;
	might_sleep();
	tables_change_unseen();
	if (allocation_fails("page table")) {
		free_vm_area(vm);
		return NULL;
	}
	if (folios_unbounded())
		valid = map_pfns_unbounded((unsigned long)vm->addr, pfns, count, prot);
	for (i = 0; !folios_unbounded() && i < count; i++) {
		unsigned long va = (unsigned long)vm->addr + ((unsigned long)i << PAGE_SHIFT);

		valid |= pfn_valid(pfns[i]);
		leaf_set(va, special_pte(pfns[i], prot));
	}
	/* At the first such page the rest is not mapped; all of it is undone anyway. */
	if (valid) {
		vmc_expect_of_watched(0, API_CLASS, "vmap_pfn() of memory that has struct pages");
		vmc_expect_of_watched(0, NO_SPLAT, "WARNING: pfn_valid(pfn), in vmap_pfn_apply()");
		free_vm_area(vm);
		return NULL;
	}
	return vm->addr;
}

/* --- Others ---------------------------------------------------------------------------------- */

__weak bool is_vmalloc_addr(const void *x)
{
	if (heap_is_vmalloced(x))
		return 1;
	return ((vmc_u64)x >= VMALLOC_START) & ((vmc_u64)x <= VMALLOC_END);
}

__weak struct page *vmalloc_to_page(const void *addr)
{
	vmc_u64 pte = leaf_get((vmc_u64)addr & PAGE_MASK);

	return (struct page *)vmc_select(pte != 0, (vmc_u64)pfn_to_page(pte_pfn(__pte(pte))), 0);
}

__weak unsigned long vmalloc_to_pfn(const void *addr)
{
	return page_to_pfn(vmalloc_to_page(addr));
}

__weak void vm_unmap_aliases(void)
{
	might_sleep();
}
