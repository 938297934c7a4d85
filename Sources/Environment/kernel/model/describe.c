// SPDX-License-Identifier: GPL-2.0 OR MIT
/* describe.c - what a spec says of itself, for the verifier. It is run first, alone. */
#include "model.h"

void vmc_describe_spec(const struct vmap_spec *spec);

void vmc_describe_spec(const struct vmap_spec *spec)
{
	vmc_u32 property;

	vmc_describe_text("title", spec->title);
	for (property = 0; property < NR_VMAP_PROPERTIES; property++)
		vmc_describe("expect", property, spec->expect[property]);
	vmc_describe("has map", VMC_SCALAR, spec->map != NULL);
	vmc_describe("has map_file", VMC_SCALAR, spec->map_file != NULL);
	vmc_describe("has unmap", VMC_SCALAR, spec->unmap != NULL || spec->unmap_ranges != NULL);
	vmc_describe("has both unmaps", VMC_SCALAR,
		     (spec->unmap != NULL) & (spec->unmap_ranges != NULL));
	vmc_describe("order", VMC_SCALAR, spec->buffer.order);
	vmc_describe("has assume", VMC_SCALAR, spec->assume != NULL);
	vmc_describe("kinds", VMC_SCALAR, spec->buffer.kinds);
	vmc_describe("hvo", VMC_SCALAR, spec->buffer.hvo);
	vmc_describe("eras", VMC_SCALAR, spec->buffer.eras);
	vmc_describe("max pages", VMC_SCALAR, spec->buffer.max_pages);
	vmc_describe("has page cache", VMC_SCALAR,
		     spec->buffer.holes | spec->buffer.values | spec->buffer.not_uptodate);
	/* 0: the default; pages above 2^18: as many as a folio has. */
	vmc_describe("bound.ranges", VMC_SCALAR, spec->bound.ranges);
	vmc_describe("bound.pages", VMC_SCALAR, spec->bound.pages);
	vmc_describe("cost.fixed", VMC_SCALAR, spec->cost.fixed);
	vmc_describe("cost.per_range", VMC_SCALAR, spec->cost.per_range);
	vmc_describe("cost.per_page", VMC_SCALAR, spec->cost.per_page);
}
