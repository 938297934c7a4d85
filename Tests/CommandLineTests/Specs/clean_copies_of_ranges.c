// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A strategy that copies each range before it uses it: ordinary C, and right. The
 * array of ranges has no memory of its own in the model, so a copy of a struct is
 * made of the loads that it stands for.
 */
#include <vmapcheck/spec.h>

static void *map_copies(const struct folio_range *ranges, unsigned int nr_ranges)
{
	unsigned long total = 0, i = 0, page;
	struct folio_range copy;
	struct page **pages;
	unsigned int r;
	void *addr;

	for (r = 0; r < nr_ranges; r++) {
		copy = ranges[r];
		total += copy.nr_pages;
	}
	pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	for (r = 0; r < nr_ranges; r++) {
		copy = ranges[r];
		for (page = 0; page < copy.nr_pages; page++)
			pages[i++] = folio_page(copy.folio, copy.offset + page);
	}
	addr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

VMAP_SPEC(clean_copies_of_ranges) = {
	.title = "ranges that are copied are the ranges",
	.map = map_copies,
	.unmap = vunmap,
};
