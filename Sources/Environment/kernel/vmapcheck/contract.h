/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * contract.h - the vmap contract's properties, by number. What each says is in
 * its comment; how the model checks it is in model/harness.c.
 */
#ifndef VMAPCHECK_CONTRACT_H
#define VMAPCHECK_CONTRACT_H

/* The vmap contract. Every property holds for a spec unless its .expect says otherwise. */
enum vmap_property {
	/* No store lands in a struct page that HVO freed: on hardware an oops. */
	TAIL_WRITE,
	/* No load comes from one (it is an alias of another page's), era-defined accessors apart. */
	TAIL_READ,
	/* On success page i of the mapping is page i of the ranges, and nothing else is mapped. */
	MAPS_EXACTLY,
	/* A valid buffer is not refused, allocation failure apart. */
	ACCEPTS,
	/*
	 * vmap_pfn() gets only pfns without struct pages, vmap() only pages; unmap matches
	 * map (API, address, count), that is: it leaves nothing mapped or allocated.
	 */
	API_CLASS,
	/* No WARN, BUG, oops or sleep in atomic context on a valid buffer. */
	NO_SPLAT,
	/* After any failure nothing stays mapped, allocated or referenced. */
	CLEAN_FAILURE,
	/* No size, count or address arithmetic wraps or is truncated. */
	NO_WRAP,
	/* Every access is inside its object, initialised and alive. */
	IN_BOUNDS,
	/*
	 * Every mapped folio is referenced for as long as it is mapped, and after unmap
	 * as often as before map.
	 */
	REFS_HELD,
	/* Metadata takes no more bytes than the spec's .cost. */
	COST,
	NR_VMAP_PROPERTIES
};

#endif
