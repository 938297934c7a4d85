// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * bridge.c - between the model and the machine: compiled as the model is. The spec
 * is run by the model's own harness; only its .map and .unmap go through here, so
 * that the machine can look at what they have done.
 */
#include "model.h"

#include "bridge.h"

void vmc_main(const struct vmap_spec *spec);

const vmc_u32 vmr_map_leaf = MAP_LEAF, vmr_map_refs = MAP_REFS;
const vmc_u32 vmr_owner_strategy = OWNER_STRATEGY, vmr_owner_kernel = OWNER_KERNEL;
const vmc_u64 vmr_refcount_offset = offsetof(struct page, _refcount);
const vmc_u64 vmr_pte_present = _PAGE_PRESENT, vmr_pte_rw = _PAGE_RW;
const vmc_u64 vmr_pte_pfn_mask = PTE_PFN_MASK;
const vmc_u32 vmr_kind_hugetlb = HUGETLB, vmr_kind_bar = BAR, vmr_kind_shmem = SHMEM;
const vmc_u32 vmr_kind_thp = THP;

static const struct vmap_spec *spec;

void vmr_spec_facts(const void *of, struct vmr_spec_facts *facts)
{
	const struct vmap_spec *it = of;

	facts->kinds = it->buffer.kinds;
	facts->of_file = it->map_file != NULL;
	if (!facts->kinds)
		facts->kinds = it->map_file ? SHMEM | THP : SHMEM | THP | HUGETLB;
	facts->hvo = it->buffer.hvo == HVO_ON ? 2 : it->buffer.hvo == HVO_OFF ? 1 : 0;
	facts->order = it->buffer.order;
	facts->eras = it->buffer.eras ? it->buffer.eras : ERA_6_1 | ERA_6_12 | ERA_7;
#ifdef VMAPCHECK_KERNEL_VERSION
	facts->eras = 0;
#endif
	facts->max_pages = it->buffer.max_pages;
	facts->bound_ranges = it->bound.ranges;
	facts->any_pages = it->bound.pages == ANY_PAGES;
	facts->has_unmap = it->unmap || it->unmap_ranges;
	facts->unpinned = it->buffer.unpinned;
	facts->bar_shares_section = it->buffer.bar_shares_section;
	facts->holes = it->buffer.holes;
	facts->values = it->buffer.values;
	facts->not_uptodate = it->buffer.not_uptodate;
	facts->cost_fixed = it->cost.fixed;
	facts->cost_per_range = it->cost.per_range;
	facts->cost_per_page = it->cost.per_page;
}

vmc_u64 vmr_ranges(void)
{
	return folios_ranges();
}

void vmr_range(vmc_u64 r, struct vmr_range *range)
{
	range->kind = range_kind(r);
	range->order = range_order(r);
	range->folio_pages = range_folio_pages(r);
	range->hvo = range_hvo(r);
	range->head = range_head(r);
	range->offset = range_offset(r);
	range->pages = range_pages(r);
	range->start = range_start(r);
	range->file_index = spec->map_file ? pagecache_index(r) : 0;
}

vmc_u64 vmr_total(void)
{
	return spec->map_file ? pagecache_pages() : folios_total();
}

_Bool vmr_expected(vmc_u64 place, vmc_u64 *pfn)
{
	vmc_u64 r;

	for (r = 0; r < folios_ranges(); r++) {
		if (spec->map_file) {
			vmc_u64 index = pagecache_first() + place;

			if (!pagecache_covers(r, index))
				continue;
			*pfn = range_head(r) + (index - pagecache_index(r));
			return 1;
		}
		if (place >= range_start(r) && place - range_start(r) < range_pages(r)) {
			*pfn = range_head(r) + range_offset(r) + (place - range_start(r));
			return 1;
		}
	}
	return 0;
}

_Bool vmr_is_complete(void)
{
	return spec->map_file ? pagecache_complete() : 1;
}

vmc_u64 vmr_watched_place(void)
{
	return watched_page()->place;
}

vmc_u64 vmr_watched_head(void)
{
	return watched_page()->head;
}

_Bool vmr_watched_is_folio(void)
{
	return watched_page()->folio;
}

vmc_u64 vmr_watched_address(void)
{
	return watched_address();
}

vmc_u64 vmr_address_space(void)
{
	return (vmc_u64)pagecache_mapping();
}

vmc_u64 vmr_era(void)
{
	return folios_era();
}

vmc_u64 vmr_areas_live(void)
{
	return areas_live();
}

vmc_u64 vmr_locks_held(void)
{
	return context_depth();
}

_Bool vmr_areas_have(vmc_u64 start, vmc_u64 end)
{
	return areas_have(start, end);
}

vmc_u64 vmr_leaf(vmc_u64 va)
{
	return leaf_get(va);
}

/* --- The spec's functions, with the machine looking on ------------------------------ */

static void *map(const struct folio_range *ranges, unsigned int nr_ranges)
{
	void *addr;

	vmr_before_map();
	addr = spec->map(ranges, nr_ranges);
	vmr_after_map((vmc_u64)addr);
	return addr;
}

static void *map_file(struct address_space *mapping, loff_t start, loff_t end)
{
	void *addr;

	vmr_before_map();
	addr = spec->map_file(mapping, start, end);
	vmr_after_map((vmc_u64)addr);
	return addr;
}

static void unmap(const void *addr)
{
	spec->unmap(addr);
	vmr_after_unmap();
}

static void unmap_ranges(const void *addr, const struct folio_range *ranges,
			 unsigned int nr_ranges)
{
	spec->unmap_ranges(addr, ranges, nr_ranges);
	vmr_after_unmap();
}

void vmr_run_spec(const void *of)
{
	static struct vmap_spec looked_on;

	spec = of;
	looked_on = *spec;
	if (spec->map)
		looked_on.map = map;
	if (spec->map_file)
		looked_on.map_file = map_file;
	if (spec->unmap)
		looked_on.unmap = unmap;
	if (spec->unmap_ranges)
		looked_on.unmap_ranges = unmap_ranges;
	vmc_main(&looked_on);
}
