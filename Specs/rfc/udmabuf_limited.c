// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * udmabuf's vmap limited, as the RFC's cover letter has it from Vivek Kasireddy: to
 * shmem folios; or, by the RFC's own guess at how, to folios that HVO has not touched.
 *
 * What is mapped is right, and what is refused is refused before anything is done.
 * But a buffer of hugetlb is a valid one, and so is one that HVO has optimised: vmap()
 * could map it (rfc/vmap_of_pages.c). So of each of them accepts is refuted, and all
 * else holds.
 */
#include <vmapcheck/ranges.h>
#include <vmapcheck/spec.h>

static void *map_pages(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = ranges_pages(ranges, nr_ranges);
	struct page **pages;
	void *addr;

	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return ERR_PTR(-ENOMEM);

	ranges_to_pages(ranges, nr_ranges, pages);
	addr = vm_map_ram(pages, total, NUMA_NO_NODE);
	kvfree(pages);
	return addr;
}

static void *map_shmem(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int r;

	for (r = 0; r < nr_ranges; r++) {
		if (folio_test_hugetlb(ranges[r].folio))
			return ERR_PTR(-EOPNOTSUPP);
	}
	return map_pages(ranges, nr_ranges);
}

static void *map_not_optimized(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned int r;

	for (r = 0; r < nr_ranges; r++) {
		if (folio_test_hugetlb_vmemmap_optimized(ranges[r].folio))
			return ERR_PTR(-EOPNOTSUPP);
	}
	return map_pages(ranges, nr_ranges);
}

static void unmap_buffer(const void *addr, const struct folio_range *ranges,
			 unsigned int nr_ranges)
{
	vm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
}

VMAP_SPEC(udmabuf_shmem_only) = {
	.title = "udmabuf limited to shmem refuses what could be mapped",
	.map = map_shmem,
	.unmap_ranges = unmap_buffer,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [0 ... ACCEPTS - 1] = PROVED, [ACCEPTS] = REFUTED,
		    [ACCEPTS + 1 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};

VMAP_SPEC(udmabuf_not_optimized_only) = {
	.title = "udmabuf limited to folios without HVO refuses what could be mapped",
	.map = map_not_optimized,
	.unmap_ranges = unmap_buffer,
	.buffer = { .kinds = SHMEM | THP | HUGETLB, .max_pages = MAX_ARRAY_PAGES },
	.cost = { .per_page = sizeof(struct page *) },
	.expect = { [0 ... ACCEPTS - 1] = PROVED, [ACCEPTS] = REFUTED,
		    [ACCEPTS + 1 ... NR_VMAP_PROPERTIES - 1] = PROVED },
};
