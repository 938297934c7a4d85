// SPDX-License-Identifier: GPL-2.0
/*
 * symbols.c - functions that the kernel does not export: kallsyms_lookup_name() is
 * found by a kprobe, and finds the others.
 */
#include <linux/kprobes.h>

#include "machine.h"

#include <vmapcheck/vmalloc_internal.h>

#undef init_mm

struct mm_struct *vmk_init_mm;
EXPORT_SYMBOL_GPL(vmk_init_mm);
const char *vmk_missing;
unsigned long vmk_max_pfn;

static struct {
	struct vm_struct *(*get_vm_area_caller)(unsigned long size,
						unsigned long flags,
						const void *caller);
	struct vm_struct *(*find_vm_area)(const void *addr);
	struct vmap_area *(*find_vmap_area)(unsigned long addr);
	struct vm_struct *(*remove_vm_area)(const void *addr);
	void *(*vmap_pfn)(unsigned long *pfns, unsigned int count, pgprot_t prot);
	int (*vmap_page_range)(unsigned long addr, unsigned long end,
			       phys_addr_t phys_addr, pgprot_t prot);
	int (*vmap_range_noflush)(unsigned long addr, unsigned long end,
				  phys_addr_t phys_addr, pgprot_t prot,
				  unsigned int max_page_shift);
} kernel;

#define FIND(name) (kernel.name = (void *)lookup(#name))

int vmk_symbols_init(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);
	int error = register_kprobe(&probe);

	if (error)
		return error;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	vmk_init_mm = (void *)lookup("init_mm");
	if (lookup("max_pfn"))
		vmk_max_pfn = *(unsigned long *)lookup("max_pfn");
	FIND(get_vm_area_caller);
	FIND(find_vm_area);
	FIND(find_vmap_area);
	FIND(remove_vm_area);
	FIND(vmap_pfn);
	FIND(vmap_range_noflush);
	/* Its name before 6.10. */
	if (!FIND(vmap_page_range))
		kernel.vmap_page_range = (void *)lookup("ioremap_page_range");
	return vmk_init_mm && kernel.find_vmap_area ? 0 : -ENOENT;
}

const void *vmk_area_at(unsigned long va)
{
	return kernel.find_vmap_area(va);
}

static bool has(const void *function, const char *name)
{
	if (!function && !vmk_missing)
		vmk_missing = name;
	return function;
}

#define HAS(name) has(kernel.name, #name)

struct vm_struct *vmk_get_vm_area_caller(unsigned long size,
					 unsigned long flags,
					 const void *caller)
{
	if (!HAS(get_vm_area_caller))
		return NULL;
	return kernel.get_vm_area_caller(size, flags, caller);
}
EXPORT_SYMBOL_GPL(vmk_get_vm_area_caller);

struct vm_struct *vmk_find_vm_area(const void *addr)
{
	return HAS(find_vm_area) ? kernel.find_vm_area(addr) : NULL;
}
EXPORT_SYMBOL_GPL(vmk_find_vm_area);

struct vm_struct *vmk_remove_vm_area(const void *addr)
{
	return HAS(remove_vm_area) ? kernel.remove_vm_area(addr) : NULL;
}
EXPORT_SYMBOL_GPL(vmk_remove_vm_area);

void *vmk_vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot)
{
	return HAS(vmap_pfn) ? kernel.vmap_pfn(pfns, count, prot) : NULL;
}
EXPORT_SYMBOL_GPL(vmk_vmap_pfn);

int vmk_vmap_page_range(unsigned long addr, unsigned long end,
			phys_addr_t phys_addr, pgprot_t prot)
{
	if (!HAS(vmap_page_range))
		return -ENOSYS;
	return kernel.vmap_page_range(addr, end, phys_addr, prot);
}
EXPORT_SYMBOL_GPL(vmk_vmap_page_range);

int vmk_vmap_range_noflush(unsigned long addr, unsigned long end,
			   phys_addr_t phys_addr, pgprot_t prot,
			   unsigned int max_page_shift)
{
	if (!HAS(vmap_range_noflush))
		return -ENOSYS;
	return kernel.vmap_range_noflush(addr, end, phys_addr, prot,
					 max_page_shift);
}
EXPORT_SYMBOL_GPL(vmk_vmap_range_noflush);

/* The kernel itself says what an API takes. */
void vmap_api_takes_pfns(const unsigned long *pfns, unsigned long count)
{
}
EXPORT_SYMBOL_GPL(vmap_api_takes_pfns);

void vmap_api_takes_pages(struct page **pages, unsigned long count)
{
}
EXPORT_SYMBOL_GPL(vmap_api_takes_pages);
