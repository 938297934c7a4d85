/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * layout.h - where things are in the kernel's address space: x86-64 with 5-level
 * page tables and without KASLR (Documentation/arch/x86/x86_64/mm.rst), and the
 * windows of the model in a range that the architecture leaves unused. A machine
 * that cannot use kernel addresses defines its own before it includes this.
 */
#ifndef VMAPCHECK_LAYOUT_H
#define VMAPCHECK_LAYOUT_H

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

/* Physical memory: 52 bits. */
#define PFN_BITS 40
#define PFN_END (1UL << PFN_BITS)

/* include/linux/mmzone.h with arch/x86's SECTION_SIZE_BITS of 27: 128 MiB. */
#define PAGES_PER_SECTION_SHIFT 15
#define PAGES_PER_SECTION (1UL << PAGES_PER_SECTION_SHIFT)

#ifndef VMALLOC_START
#define VMALLOC_START 0xffa0000000000000UL
#define VMALLOC_END 0xffd1ffffffffffffUL
#endif
#define VMALLOC_PAGES_END ((VMALLOC_END - VMALLOC_START + 1) >> PAGE_SHIFT)

/* struct page of pfn p: at VMEMMAP_START + p * 64. */
#define STRUCT_PAGE_SHIFT 6
#ifndef VMEMMAP_START
#define VMEMMAP_START 0xffd4000000000000UL
#endif
#define VMEMMAP_LAST (VMEMMAP_START + (PFN_END << STRUCT_PAGE_SHIFT) - 1)

/*
 * The entry of a page table of a level that translates `va` lies at the level's
 * window + ((va - VMALLOC_START) >> shift) * 8: so entries of one table follow
 * each other, as those of the kernel do.
 */
#define PTE_SHIFT PAGE_SHIFT
#define PMD_SHIFT 21
#define PUD_SHIFT 30
#define P4D_SHIFT 39
#ifndef PGDIR_SHIFT
#define PGDIR_SHIFT 48
#endif
#ifndef PTE_WINDOW
#define PTE_WINDOW 0xffe0000000000000UL
#define PMD_WINDOW 0xffe1000000000000UL
#define PUD_WINDOW 0xffe2000000000000UL
#define P4D_WINDOW 0xffe3000000000000UL
#define PGD_WINDOW 0xffe4000000000000UL
#endif
#define TABLE_WINDOW_LAST(window, shift) \
	((window) + (((VMALLOC_END - VMALLOC_START) >> (shift)) << 3) + 7)

/* The array of ranges that a strategy gets. */
#ifndef RANGES_WINDOW
#define RANGES_WINDOW 0xffe8000000000000UL
#endif

#endif
