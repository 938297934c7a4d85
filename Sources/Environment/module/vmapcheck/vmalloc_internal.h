/* SPDX-License-Identifier: GPL-2.0 */
/* vmalloc_internal.h - what is static in mm/vmalloc.c, in a real kernel. */
#ifndef VMAPCHECK_VMALLOC_INTERNAL_H
#define VMAPCHECK_VMALLOC_INTERNAL_H

#include <vmapcheck/kernel.h>

int vmk_vmap_range_noflush(unsigned long addr, unsigned long end,
			   phys_addr_t phys_addr, pgprot_t prot,
			   unsigned int max_page_shift);
#define vmap_range_noflush vmk_vmap_range_noflush

/* The text itself is run. */
#define vmap_by_contract(name) do { } while (0)
#define vmap_check_pages_kept(pages) do { } while (0)
#define vmap_check_leaves(addr) do { } while (0)

#endif
