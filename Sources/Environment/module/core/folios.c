// SPDX-License-Identifier: GPL-2.0
/*
 * folios.c - the buffer: folios of hugetlb from a pool that a process has mapped and
 * that stays pinned, others from the page allocator, BARs where there is no memory (of
 * one, HVO says that it shares a memory section with RAM).
 */
#include "machine.h"

struct vmk_buffer vmk_buffer;

static struct {
	struct folio *folio;
	bool taken, stamped;
} pool[VMK_MAX_POOL];
static unsigned int nr_pool;

static void stamp_folio(struct folio *folio)
{
	unsigned long i;

	for (i = 0; i < folio_nr_pages(folio); i++)
		vmk_stamp(folio_pfn(folio) + i);
}

static struct folio *pin(unsigned long user_address)
{
	struct page *page;

	if (pin_user_pages_fast(user_address, 1, FOLL_WRITE | FOLL_LONGTERM,
				&page) != 1)
		return NULL;
	return page_folio(page);
}

int vmk_pool_add(unsigned long user_address, unsigned int nr)
{
	while (nr-- && nr_pool < VMK_MAX_POOL) {
		struct folio *folio = pin(user_address);

		if (!folio)
			return -EFAULT;
		if (!folio_test_hugetlb(folio))
			return -EINVAL;
		pool[nr_pool++].folio = folio;
		user_address += folio_size(folio);
	}
	return 0;
}

void vmk_pool_release(void)
{
	while (nr_pool)
		unpin_user_page(&pool[--nr_pool].folio->page);
}

void vmk_pool_show(struct seq_file *file)
{
	unsigned int i;

	for (i = 0; i < nr_pool; i++)
		seq_putc(file, folio_test_hugetlb_vmemmap_optimized(pool[i].folio) ?
				       '1' : '0');
}

struct folio *vmk_pool_find(bool optimized)
{
	unsigned int i;

	for (i = 0; i < nr_pool; i++) {
		if (folio_test_hugetlb_vmemmap_optimized(pool[i].folio) == optimized)
			return pool[i].folio;
	}
	return NULL;
}

static int take_pooled(struct vmk_folio *it, bool optimized)
{
	unsigned int i;

	for (i = 0; i < nr_pool; i++) {
		struct folio *folio = pool[i].folio;

		if (pool[i].taken || folio_order(folio) != it->order ||
		    folio_test_hugetlb_vmemmap_optimized(folio) != optimized)
			continue;
		if (!pool[i].stamped)
			stamp_folio(folio);
		pool[i].stamped = true;
		pool[i].taken = true;
		it->folio = folio;
		it->pooled = true;
		return 0;
	}
	return -ENOENT;
}

static int allocate(struct vmk_folio *it)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN |
					(it->order ? __GFP_COMP : 0), it->order);

	if (!page)
		return -ENOMEM;
	it->folio = page_folio(page);
	stamp_folio(it->folio);
	return 0;
}

/* A BAR where there is no memory: in a section that has some too, or far from any. */
static int place_bar(struct vmk_folio *it, bool beside_ram, unsigned long bar[2])
{
	unsigned long pages = 1UL << it->order;

	/* What is there is not known. */
	if (vmk_live)
		return -EPERM;
	it->pfn = ALIGN(bar[beside_ram], pages);
	bar[beside_ram] = it->pfn + pages;
	return pfn_valid(it->pfn) == beside_ram &&
	       pfn_valid(it->pfn + pages - 1) == beside_ram ? 0 : -ENOSPC;
}

static int provide(struct vmk_folio *it, bool optimized, unsigned long bar[2])
{
	int error = 0;

	if (it->folio) {
		if (folio_order(it->folio) != it->order)
			return -EDOM;
	} else if (it->kind == BAR) {
		return place_bar(it, optimized, bar);
	} else if (it->kind == HUGETLB) {
		error = take_pooled(it, optimized);
	} else {
		error = allocate(it);
	}
	if (error)
		return error;
	it->pfn = folio_pfn(it->folio);
	it->optimized = folio_test_hugetlb(it->folio) &&
			folio_test_hugetlb_vmemmap_optimized(it->folio);
	return it->optimized == optimized ? 0 : -ENOENT;
}

int vmk_folio_pin(unsigned int number, unsigned long user_address)
{
	struct vmk_folio *it;

	if (number >= VMK_MAX_RANGES)
		return -EINVAL;
	it = &vmk_buffer.folios[number];
	it->folio = pin(user_address);
	it->pinned = true;
	if (!it->folio)
		return -EFAULT;
	stamp_folio(it->folio);
	return 0;
}

int vmk_buffer_parse(char *text)
{
	unsigned long bar[] = { VMK_BAR_PFN, ALIGN(vmk_max_pfn, PTRS_PER_PTE) };
	char *word;

	while ((word = strsep(&text, " \n")) != NULL) {
		unsigned int kind, order, hvo, number;
		unsigned long offset, pages;
		struct folio_range *range;
		struct vmk_folio *it;
		int error = 0;

		if (!*word)
			continue;
		if (sscanf(word, "%u,%u,%u,%u,%lu,%lu", &kind, &order, &hvo,
			   &number, &offset, &pages) != 6 ||
		    vmk_buffer.nr_ranges == VMK_MAX_RANGES ||
		    number > vmk_buffer.nr_folios || order > 18 || !pages ||
		    offset + pages > 1UL << order)
			return -EINVAL;
		it = &vmk_buffer.folios[number];
		if (number == vmk_buffer.nr_folios) {
			vmk_buffer.nr_folios++;
			it->kind = kind;
			it->order = order;
			error = provide(it, hvo, bar);
		}
		if (error)
			return error;
		range = &vmk_buffer.ranges[vmk_buffer.nr_ranges];
		range->folio = it->folio;
		range->offset = offset;
		range->nr_pages = pages;
		range->bar_pfn = it->folio ? 0 : it->pfn;
		vmk_buffer.range_folio[vmk_buffer.nr_ranges++] = number;
	}
	return vmk_buffer.nr_ranges ? 0 : -EINVAL;
}

void vmk_buffer_free(bool gives_back)
{
	unsigned int i;

	for (i = 0; i < VMK_MAX_RANGES; i++) {
		struct vmk_folio *it = &vmk_buffer.folios[i];

		if (!it->folio || !gives_back)
			continue;
		if (it->pinned)
			unpin_user_page(&it->folio->page);
		else if (!it->pooled)
			folio_put(it->folio);
	}
	for (i = 0; i < nr_pool && gives_back; i++)
		pool[i].taken = false;
	memset(&vmk_buffer, 0, sizeof(vmk_buffer));
}

static const struct vmk_folio *find(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < vmk_buffer.nr_folios; i++) {
		const struct vmk_folio *it = &vmk_buffer.folios[i];

		if (pfn - it->pfn < 1UL << it->order)
			return it;
	}
	return NULL;
}

bool vmk_is_of_buffer(unsigned long pfn)
{
	return find(pfn);
}

bool vmk_is_of_folio(unsigned long pfn)
{
	const struct vmk_folio *it = find(pfn);

	return it && it->folio;
}

unsigned long vmk_buffer_pages(void)
{
	unsigned long total = 0;
	unsigned int r;

	for (r = 0; r < vmk_buffer.nr_ranges; r++)
		total += vmk_buffer.ranges[r].nr_pages;
	return total;
}
