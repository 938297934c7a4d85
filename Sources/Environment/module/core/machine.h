/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine.h - the parts of the machine: a module that gives a spec a buffer of real
 * folios, calls it, and tells what the page tables and the memory have then. It
 * judges nothing.
 */
#ifndef VMAPCHECK_MACHINE_H
#define VMAPCHECK_MACHINE_H

#include <linux/module.h>
#include <linux/seq_file.h>

#include <vmapcheck/spec.h>

#define VMK_MAX_RANGES 64
#define VMK_MAX_POOL 64
#define VMK_MAX_RUNS 4096

/* --- A spec's module ----------------------------------------------------------- */

struct vmk_spec {
	const char *name;
	const struct vmap_spec *spec;
};

int vmk_specs_add(const struct vmk_spec *specs, unsigned int nr);
/* The last ones that were added. */
void vmk_specs_remove(unsigned int nr);

/* --- main.c ---------------------------------------------------------------------- */

/* The kernel is in use: nothing is tried that could harm it. */
extern bool vmk_live;

/* --- symbols.c: what is not exported -------------------------------------------- */

int vmk_symbols_init(void);
/* The first pfn behind all memory. */
extern unsigned long vmk_max_pfn;
/* The first function that was called and that this kernel does not have; or NULL. */
extern const char *vmk_missing;
/* What the kernel knows an address by that is of an area in use; or NULL. */
const void *vmk_area_at(unsigned long va);

/* --- heap.c: what a spec allocates ---------------------------------------------- */

struct vmk_heap {
	unsigned long live, live_bytes, peak_bytes;
};

extern struct vmk_heap vmk_heap;
/* Also frees what the caller brought. */
void vmk_heap_reset(void);

/* --- look.c: page tables and contents ------------------------------------------- */

struct vmk_leaf {
	unsigned long pfn;	/* of the 4 KiB page asked for */
	unsigned long flags;	/* the entry, without its pfn */
	unsigned int shift;	/* 12, 21 or 30; 0: nothing is mapped */
};

struct vmk_leaf vmk_leaf_at(unsigned long va);
/* Pages of the vmalloc space that map a page for which `is_ours` says so. */
unsigned long vmk_leaves_of(bool (*is_ours)(unsigned long pfn));
/* Notes what is mapped before a run. */
int vmk_leaves_note(void);
void vmk_leaves_forget(void);
/* A page beside a mapping is mapped since, and not as a part of somebody else's area. */
bool vmk_is_mapped_beside(unsigned long mapping, unsigned long va);
void vmk_stamp(unsigned long pfn);
/* Whether all words at an address are those of a pfn's stamp. */
bool vmk_has_stamp(unsigned long va, unsigned long pfn);

/* --- folios.c: the buffer --------------------------------------------------------- */

struct vmk_folio {
	struct folio *folio;	/* NULL for a BAR */
	unsigned long pfn;	/* of its first page */
	unsigned int kind, order;
	bool optimized;
	bool pooled, pinned;	/* else it is freed after the case */
	int refs_before, refs_mapped, refs_after;
};

struct vmk_buffer {
	struct folio_range ranges[VMK_MAX_RANGES];
	unsigned int range_folio[VMK_MAX_RANGES];
	unsigned int nr_ranges;
	struct vmk_folio folios[VMK_MAX_RANGES];
	unsigned int nr_folios;
};

extern struct vmk_buffer vmk_buffer;

int vmk_pool_add(unsigned long user_address, unsigned int nr);
void vmk_pool_release(void);
void vmk_pool_show(struct seq_file *file);
/* The first pooled folio that is optimized, or is not; NULL if there is none. */
struct folio *vmk_pool_find(bool optimized);
/* A page of the caller's own memory is in the folio of this number. */
int vmk_folio_pin(unsigned int number, unsigned long user_address);
/* "KIND,ORDER,HVO,FOLIO,OFFSET,PAGES ..." */
int vmk_buffer_parse(char *text);
void vmk_buffer_free(bool gives_back);
bool vmk_is_of_buffer(unsigned long pfn);
/* The same, where there is memory behind it. */
bool vmk_is_of_folio(unsigned long pfn);
unsigned long vmk_buffer_pages(void);
/* A pfn that no memory has: BARs are from here on. */
#define VMK_BAR_PFN (1UL << 24)

/* --- dmabuf.c: the kernel's udmabuf ---------------------------------------------- */

extern const struct vmap_spec vmk_dmabuf_spec;
int vmk_dmabuf_open(int fd);
void vmk_dmabuf_close(void);

/* --- controls.c -------------------------------------------------------------------- */

int vmk_controls(void);
void vmk_controls_show(struct seq_file *file);
/* Stores to struct page `index` of a pooled folio: may oops. */
int vmk_poke(bool optimized, unsigned long index);
/* Of a folio's struct page, through the page tables. */
void vmk_struct_show(struct seq_file *file, const char *name, struct folio *folio,
		     unsigned long index);

#endif
