// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Point 2 of the RFC (patch 3): vmap_folios(), which maps whole folios from an array
 * of pointers: 8 bytes a folio, the "80 bytes" for 20 MB of the thread. Written anew
 * from kernel.md, section 4.2.
 *
 * Predicted as for vmap_range_folios(), whose code it shares: the sum of the folios'
 * sizes is an unsigned int, so that 4 GiB of folios are mapped wrong. It cannot
 * express a part of a folio, so the buffer here is of whole ones.
 */
#include <vmapcheck/spec.h>
#include <vmapcheck/vmalloc_internal.h>

static void *map_whole_folios(struct folio **folios, unsigned int count, unsigned int size,
			      unsigned long flags, pgprot_t prot)
{
	unsigned long addr;
	struct vm_struct *area;
	unsigned int i;

	area = get_vm_area_caller(size, flags, __builtin_return_address(0));
	if (!area)
		return NULL;

	addr = (unsigned long)area->addr;
	for (i = 0; i < count; i++) {
		unsigned int nr_pages = folio_nr_pages(folios[i]);

		if (vmap_range_noflush(addr, addr + (nr_pages << PAGE_SHIFT),
				       PFN_PHYS(folio_pfn(folios[i])), prot, PAGE_SHIFT)) {
			free_vm_area(area);
			return NULL;
		}
		addr += nr_pages << PAGE_SHIFT;
	}
	flush_cache_vmap((unsigned long)area->addr, addr);
	return area->addr;
}

static void *vmap_folios(struct folio **folios, unsigned int count, unsigned long flags,
			 pgprot_t prot)
{
	unsigned int size = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		size += folio_size(folios[i]);
	return map_whole_folios(folios, count, size, flags, prot);
}

static void *map_folios(const struct folio_range *ranges, unsigned int nr_ranges)
{
	struct folio **folios;
	unsigned int r;
	void *addr;

	folios = kvmalloc_array(nr_ranges, sizeof(*folios), GFP_KERNEL);
	if (!folios)
		return NULL;
	for (r = 0; r < nr_ranges; r++)
		folios[r] = ranges[r].folio;
	addr = vmap_folios(folios, nr_ranges, VM_MAP, PAGE_KERNEL);
	kvfree(folios);
	return addr;
}

static void whole_folios(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int r;

	vmap_assume(nr_ranges <= INT_MAX / sizeof(struct folio *));
	for (r = 0; r < nr_ranges; r++)
		vmap_assume(ranges[r].nr_pages == folio_nr_pages(ranges[r].folio));
}

VMAP_SPEC(rfc_vmap_folios) = {
	.title = "the RFC's vmap_folios() is wrong from 4 GiB on",
	.map = map_folios,
	.unmap = vunmap,
	/* Only folios of 1 GiB make more than 4 GiB in five ranges. */
	.buffer = { .kinds = HUGETLB, .order = 18 },
	.assume = whole_folios,
	.cost = { .per_range = sizeof(struct folio *) },
	.bound = { .ranges = 5, .pages = ANY_PAGES },
	/* Whatever else is wrong: no struct page that HVO freed is touched, in any buffer. */
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
VMAP_SPEC(rfc_vmap_folios_below_4g) = {
	.title = "the RFC's vmap_folios() is right below 4 GiB",
	.map = map_folios,
	.unmap = vunmap,
	.buffer = {
		.kinds = SHMEM | THP | HUGETLB,
		.max_pages = (1UL << (32 - PAGE_SHIFT)) - 1,
	},
	.assume = whole_folios,
	.cost = { .per_range = sizeof(struct folio *) },
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
