/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * bridge.h - what the machine asks of the model, in types that both have: the model
 * is compiled as a kernel is, the machine as a program.
 */
#ifndef VMAPCHECK_BRIDGE_H
#define VMAPCHECK_BRIDGE_H

#include <vmapcheck/contract.h>
#include <vmapcheck/intrinsics.h>

/* --- What the model tells --------------------------------------------------------- */

struct vmr_spec_facts {
	vmc_u64 kinds;
	vmc_u64 hvo;
	vmc_u64 order;
	vmc_u64 eras;		/* what the model can be asked for; 0: the kernel tree's own */
	vmc_u64 max_pages;
	vmc_u64 bound_ranges;
	_Bool any_pages;	/* the strategy does not go through the pages one by one */
	_Bool of_file;
	_Bool has_unmap;
	_Bool unpinned;
	_Bool bar_shares_section;
	_Bool holes, values, not_uptodate;
	vmc_u64 cost_fixed, cost_per_range, cost_per_page;
};

void vmr_spec_facts(const void *spec, struct vmr_spec_facts *facts);

struct vmr_range {
	vmc_u64 kind, order, folio_pages, hvo, head, offset, pages;
	vmc_u64 start;		/* its first page's place in the mapping */
	vmc_u64 file_index;	/* of the folio's first page; 0 where there is no file */
};

vmc_u64 vmr_ranges(void);
void vmr_range(vmc_u64 r, struct vmr_range *range);
/* Pages of the whole buffer. */
vmc_u64 vmr_total(void);
/* The pfn that belongs at a place of the mapping; false if none does. */
_Bool vmr_expected(vmc_u64 place, vmc_u64 *pfn);
/* A file's pages are all there. */
_Bool vmr_is_complete(void);
vmc_u64 vmr_watched_place(void);
vmc_u64 vmr_watched_head(void);
_Bool vmr_watched_is_folio(void);
vmc_u64 vmr_watched_address(void);
/* What ->mapping of a folio says. */
vmc_u64 vmr_address_space(void);
/* 1, 2 or 4: enum era. */
vmc_u64 vmr_era(void);
vmc_u64 vmr_areas_live(void);
vmc_u64 vmr_locks_held(void);
_Bool vmr_areas_have(vmc_u64 start, vmc_u64 end);
vmc_u64 vmr_leaf(vmc_u64 va);

extern const vmc_u32 vmr_map_leaf, vmr_map_refs;
extern const vmc_u32 vmr_owner_strategy, vmr_owner_kernel;
extern const vmc_u64 vmr_refcount_offset;
extern const vmc_u64 vmr_pte_present, vmr_pte_rw, vmr_pte_pfn_mask;
extern const vmc_u32 vmr_kind_hugetlb, vmr_kind_bar, vmr_kind_shmem, vmr_kind_thp;

/* One run of the spec. */
void vmr_run_spec(const void *spec);

/* --- What the machine is told ------------------------------------------------------ */

void vmr_before_map(void);
void vmr_after_map(vmc_u64 addr);
void vmr_after_unmap(void);

/*
 * The machine's variables are apart from the model's and the spec's, so that a store of
 * theirs to one of them is seen. Everything that includes this has its own there.
 */
#pragma clang section bss = "vmr_bss" data = "vmr_data"

#endif
