/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * machine_layout.h - where things are in a process that stands for the kernel:
 * included before everything else, instead of the addresses of layout.h.
 *
 * User space has 47 bits. The vmalloc space has 32 TiB of them, so that its first
 * area and its slots lie to each other as they do in the kernel, with 1 TiB for the
 * kernel's 256; vmemmap has the upper half, of which RAM's struct pages (at most
 * 2 PiB of RAM) need the lower half only.
 */
#ifndef VMAPCHECK_MACHINE_LAYOUT_H
#define VMAPCHECK_MACHINE_LAYOUT_H

#define VMALLOC_START 0x100000000000UL
#define VMALLOC_END 0x2fffffffffffUL
#define PGDIR_SHIFT 40

#define PTE_WINDOW 0x300000000000UL
#define PMD_WINDOW 0x301000000000UL
#define PUD_WINDOW 0x302000000000UL
#define P4D_WINDOW 0x303000000000UL
#define PGD_WINDOW 0x304000000000UL

/* Ends at a guard page: so where it begins depends on the number of ranges. */
extern unsigned long vmr_ranges_window;
#define RANGES_WINDOW vmr_ranges_window
#define RANGES_END 0x308000010000UL

#define HEAP_START 0x310000000000UL
#define HEAP_END 0x318000000000UL
/* A byte for each byte of the heap: whether it has been written. */
#define SHADOW_START 0x318000000000UL

#define VMEMMAP_START 0x400000000000UL
#define VMEMMAP_RAM_END 0x600000000000UL

#endif
