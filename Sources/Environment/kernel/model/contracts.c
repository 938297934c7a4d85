// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * contracts.c - what functions of a kernel tree do, for proofs of what calls them
 * (vmap_by_contract()). That the text keeps these contracts is for specs of its own to
 * prove: Specs/linux/walk.
 */
#include "model.h"

int vmc_contract_vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot,
				  struct page **pages, unsigned int page_shift);

int vmc_contract_vmap_pages_range(unsigned long addr, unsigned long end, pgprot_t prot,
				  struct page **pages, unsigned int page_shift)
{
	vmc_assume(1, "vmap_pages_range() keeps its contract (Specs/linux/walk)");
	return vmap_pages_range(addr, end, prot, pages, page_shift);
}
