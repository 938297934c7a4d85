// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Point 2 of the RFC (patch 3): vmap_range_folios(), which maps an array of folio,
 * page offset and number of pages; written anew from the types and the algorithm that
 * kernel.md, section 4.2, gives.
 *
 * Predicted, by its integer widths. The bytes of all ranges are summed in an unsigned
 * int: a buffer of 4 GiB, which four hugetlb folios of 1 GiB are, does not fit.
 *   no-wrap	refuted: the sum wraps.
 *   accepts	refuted: at 4 GiB to the byte the sum is 0; an area of no bytes is NULL.
 *   maps-exactly	refuted: at 5 GiB the area has 1 GiB, and the second range is mapped
 *		behind it, over the guard page and whoever comes next;
 *   no-splat	refuted: a page found mapped there is a BUG() (vmap_pte_range()).
 * An entry's own length, nr_pages << PAGE_SHIFT in 32 bits, is all right: a range has
 * no more than 2^18 pages. What fails, fails cleanly (free_vm_area() unmaps the part
 * that was mapped); no struct page is touched; the array is 24 bytes a range, and at
 * most INT_MAX in all.
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

struct vmap_folios_range {
	struct folio *folio;
	pgoff_t pgoff;
	unsigned int nr_pages;
};

static void *map_folios_range(struct vmap_folios_range *folios, unsigned int count,
			      unsigned int size, unsigned long flags, pgprot_t prot)
{
	unsigned long addr;
	struct vm_struct *area;
	unsigned int i;

	area = get_vm_area_caller(size, flags, __builtin_return_address(0));
	if (!area)
		return NULL;

	addr = (unsigned long)area->addr;
	for (i = 0; i < count; i++) {
		unsigned long pfn = folio_pfn(folios[i].folio) + folios[i].pgoff;
		unsigned int nr_pages = folios[i].nr_pages;

		if (vmap_range_noflush(addr, addr + (nr_pages << PAGE_SHIFT), PFN_PHYS(pfn),
				       prot, PAGE_SHIFT)) {
			free_vm_area(area);
			return NULL;
		}
		addr += nr_pages << PAGE_SHIFT;
	}
	flush_cache_vmap((unsigned long)area->addr, addr);
	return area->addr;
}

static void *vmap_range_folios(struct vmap_folios_range *folios, unsigned int count,
			       unsigned long flags, pgprot_t prot)
{
	unsigned int size = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		size += folios[i].nr_pages << PAGE_SHIFT;
	return map_folios_range(folios, count, size, flags, prot);
}

static void *map_ranges(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct vmap_folios_range *folios;
	unsigned int r;
	void *addr;

	folios = kvmalloc_array(nr_ranges, sizeof(*folios), GFP_KERNEL);
	if (!folios)
		return NULL;
	for (r = 0; r < nr_ranges; r++) {
		folios[r].folio = ranges[r].folio;
		folios[r].pgoff = ranges[r].offset;
		folios[r].nr_pages = ranges[r].nr_pages;
	}
	addr = vmap_range_folios(folios, nr_ranges, VM_MAP, PAGE_KERNEL);
	kvfree(folios);
	return addr;
}

static void array_fits(const struct folio_range *ranges, unsigned int nr_ranges)
{
	vmap_assume(nr_ranges <= INT_MAX / sizeof(struct vmap_folios_range));
}

VMAP_SPEC(rfc_vmap_range_folios) = {
	.title = "the RFC's vmap_range_folios() is wrong from 4 GiB on",
	.map = map_ranges,
	.unmap = vunmap,
	/* Only folios of 1 GiB make more than 4 GiB in five ranges. */
	.buffer = { .kinds = HUGETLB, .order = 18 },
	.assume = array_fits,
	.cost = { .per_range = sizeof(struct vmap_folios_range) },
	.bound = { .ranges = 5, .pages = ANY_PAGES },
	.expect = {
		[TAIL_WRITE] = PROVED,
		[TAIL_READ] = PROVED,
		[IN_BOUNDS] = PROVED,
		[REFS_HELD] = PROVED,
		[API_CLASS] = PROVED,
		[CLEAN_FAILURE] = PROVED,
		[COST] = PROVED,
		[NO_WRAP] = REFUTED,
		[ACCEPTS] = REFUTED,
		[MAPS_EXACTLY] = REFUTED,
		[NO_SPLAT] = REFUTED,
	},
};

/* Below 4 GiB all of it holds: udmabuf's own limit is 64 MiB (size_limit_mb). */
VMAP_SPEC(rfc_vmap_range_folios_below_4g) = {
	.title = "the RFC's vmap_range_folios() is right below 4 GiB",
	.map = map_ranges,
	.unmap = vunmap,
	.buffer = {
		.kinds = SHMEM | THP | HUGETLB,
		.max_pages = (1UL << (32 - PAGE_SHIFT)) - 1,
	},
	.assume = array_fits,
	.cost = { .per_range = sizeof(struct vmap_folios_range) },
	.bound = { .ranges = 3, .pages = ANY_PAGES },
	.expect = {
		[TAIL_WRITE] = PROVED,
		[TAIL_READ] = PROVED,
		[IN_BOUNDS] = PROVED,
		[REFS_HELD] = PROVED,
		[API_CLASS] = PROVED,
		[CLEAN_FAILURE] = PROVED,
		[COST] = PROVED,
	},
};
