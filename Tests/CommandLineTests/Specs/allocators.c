// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Memory goes back to the allocator that it came from; each strategy maps nothing. */
#include <vmapcheck/spec.h>

static void *pairs(const struct folio_range *ranges, unsigned int nr)
{
	kfree(kmalloc(2 * PAGE_SIZE, GFP_KERNEL));
	kvfree(kmalloc(2 * PAGE_SIZE, GFP_KERNEL));
	kvfree(kvmalloc(2 * PAGE_SIZE, GFP_KERNEL));
	kvfree(vmalloc(2 * PAGE_SIZE));
	vfree(vzalloc(2 * PAGE_SIZE));
	/* It cannot fall back to vmalloc(), which sleeps. */
	kfree(kvmalloc(2 * PAGE_SIZE, GFP_ATOMIC));
	return NULL;
}

static void *kfree_of_kvmalloc(const struct folio_range *ranges, unsigned int nr)
{
	kfree(kvmalloc(PAGE_SIZE + 1, GFP_KERNEL));
	return NULL;
}

static void *kfree_of_small_kvmalloc(const struct folio_range *ranges, unsigned int nr)
{
	kfree(kvmalloc(PAGE_SIZE, GFP_KERNEL));
	return NULL;
}

static void *kfree_of_vmalloc(const struct folio_range *ranges, unsigned int nr)
{
	kfree(vmalloc(1));
	return NULL;
}

static void *vfree_of_kmalloc(const struct folio_range *ranges, unsigned int nr)
{
	vfree(kmalloc(PAGE_SIZE, GFP_KERNEL));
	return NULL;
}

/* A strategy and what is wrong with it. */
#define SPEC(name, ...) \
	VMAP_SPEC(spec_##name) = { \
		.title = #name, \
		.map = name, \
		.buffer = { .kinds = SHMEM }, \
		.bound = { .ranges = 1, .pages = 1 }, \
		.expect = { [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, \
			    [REFS_HELD] = VACUOUS, __VA_ARGS__ }, \
	}

SPEC(pairs);
SPEC(kfree_of_kvmalloc, [API_CLASS] = REFUTED, [IN_BOUNDS] = REFUTED);
SPEC(kfree_of_small_kvmalloc, [API_CLASS] = REFUTED);
SPEC(kfree_of_vmalloc, [API_CLASS] = REFUTED, [IN_BOUNDS] = REFUTED);
SPEC(vfree_of_kmalloc, [API_CLASS] = REFUTED, [NO_SPLAT] = REFUTED, [CLEAN_FAILURE] = REFUTED);
