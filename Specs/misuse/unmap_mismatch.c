// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Mappings undone by the wrong function (kernel.md, section 1.1). Each maps as it
 * should; api-class is refuted by the unmap, and so is no-splat:
 *   vmap() and vm_unmap_ram()	of up to 64 pages vb_free() takes the address for one of
 *				a block, finds none, and dereferences NULL; of more, the
 *				vm_struct is leaked (udmabuf in 6.13 to 6.16.0 would have
 *				done the like, had its vmap_pfn() ever mapped anything);
 *   vm_map_ram() and vunmap()	there is no vm_struct: "Trying to vunmap() nonexistent vm
 *				area", and everything stays mapped.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static struct page **pages_of(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct page **pages = kvmalloc_array(ranges_pages(ranges, nr_ranges), sizeof(*pages),
					     GFP_KERNEL);

	if (pages)
		ranges_to_pages(ranges, nr_ranges, pages);
	return pages;
}

static void *map_by_vmap(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct page **pages = pages_of(ranges, nr_ranges);
	void *addr;

	if (!pages)
		return NULL;
	addr = vmap(pages, ranges_pages(ranges, nr_ranges), VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

static void *map_by_vm_map_ram(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct page **pages = pages_of(ranges, nr_ranges);
	void *addr;

	if (!pages)
		return NULL;
	addr = vm_map_ram(pages, ranges_pages(ranges, nr_ranges), NUMA_NO_NODE);
	kvfree(pages);
	return addr;
}

static void unmap_ram(const void *addr, const struct folio_range *ranges, unsigned int nr_ranges)
{
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
}

VMAP_SPEC(vmap_and_vm_unmap_ram) = {
	.title = "vm_unmap_ram() of what vmap() has mapped",
	.map = map_by_vmap,
	.unmap_ranges = unmap_ram,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
		[TAIL_WRITE ... ACCEPTS] = PROVED,
		[API_CLASS ... NO_SPLAT] = REFUTED,
		[CLEAN_FAILURE ... NR_VMAP_PROPERTIES - 1] = PROVED,
	},
};

VMAP_SPEC(vm_map_ram_and_vunmap) = {
	.title = "vunmap() of what vm_map_ram() has mapped",
	.map = map_by_vm_map_ram,
	.unmap = vunmap,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = {
		[TAIL_WRITE ... ACCEPTS] = PROVED,
		[API_CLASS ... NO_SPLAT] = REFUTED,
		[CLEAN_FAILURE ... NR_VMAP_PROPERTIES - 1] = PROVED,
	},
};
