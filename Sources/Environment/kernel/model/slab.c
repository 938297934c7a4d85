// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * slab.c - the heap. Each allocation may fail, whatever its size, but for those with
 * __GFP_NOFAIL; what is refused for its size warns as the kernel does.
 *
 * What kvmalloc() gives may be of the vmalloc space where it is larger than a page and
 * the caller may sleep: no run of its own, but an origin that kfree() looks at. kfree()
 * of a vmalloc address takes whatever struct page it computes from it for a slab's.
 */
#include "model.h"

static _Bool failed;
static vmc_u64 live;
static vmc_u64 peak;

/* It cannot fail where nothing needs to be allocated. */
_Bool allocation_fails_if(_Bool is_needed, const char *what)
{
	if (!vmc_choice("allocation fails", 0, is_needed))
		return 0;
	failed = 1;
	vmc_note("allocation fails: %s", (vmc_u64)what, 0, 0);
	return 1;
}

_Bool allocation_fails(const char *what)
{
	return allocation_fails_if(1, what);
}

_Bool allocation_failed(void)
{
	return failed;
}

vmc_u64 heap_peak(void)
{
	return peak;
}

vmc_u64 heap_live(void)
{
	return vmc_live_objects(OWNER_STRATEGY);
}

enum origin { ORIGIN_KMALLOC, ORIGIN_KVMALLOC, ORIGIN_VMALLOC };

/* `size` is at most what the allocator can give. */
static void *allocate(size_t size, gfp_t flags, enum origin origin, const char *what)
{
	void *object;

	if (flags & __GFP_DIRECT_RECLAIM)
		might_sleep();
	if (!(flags & __GFP_NOFAIL) && allocation_fails(what))
		return NULL;
	object = vmc_alloc(size, (flags & __GFP_ZERO) != 0, OWNER_STRATEGY, what);
	vmc_map_set(MAP_HEAP, (vmc_u64)object, size);
	vmc_map_set(MAP_ORIGIN, (vmc_u64)object, origin);
	live += size;
	peak = vmc_select(live > peak, live, peak);
	return object;
}

/* mm/page_alloc.c: WARN_ON_ONCE_GFP(order > MAX_PAGE_ORDER, gfp). */
__weak void *kmalloc(size_t size, gfp_t flags)
{
	if (size == 0)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_SIZE) {
		if (!(flags & __GFP_NOWARN))
			vmc_violation(NO_SPLAT, "WARNING: order > MAX_PAGE_ORDER, for kmalloc()");
		return NULL;
	}
	return allocate(size, flags, ORIGIN_KMALLOC, "kmalloc");
}

/* mm/util.c: no more than INT_MAX bytes; an overflow of n * size is SIZE_MAX. */
__weak void *kvmalloc(size_t size, gfp_t flags)
{
	if (size == 0)
		return ZERO_SIZE_PTR;
	if (size > INT_MAX) {
		if (!(flags & __GFP_NOWARN))
			vmc_violation(NO_SPLAT, "WARNING: size > INT_MAX, in kvmalloc()");
		return NULL;
	}
	/* It falls back to vmalloc() only where it may sleep. */
	return allocate(size, flags,
			flags & __GFP_DIRECT_RECLAIM ? ORIGIN_KVMALLOC : ORIGIN_KMALLOC, "kvmalloc");
}

void *vmc_vmalloc(size_t size, gfp_t flags)
{
	if (WARN_ON(size == 0))
		return NULL;
	return allocate(size, flags, ORIGIN_VMALLOC, "vmalloc");
}

static void release(const void *object)
{
	/* 0 for what the kernel gave, a vm_struct say. */
	live -= vmc_map_get(MAP_HEAP, (vmc_u64)object);
	vmc_map_set(MAP_HEAP, (vmc_u64)object, 0);
	vmc_map_set(MAP_ORIGIN, (vmc_u64)object, ORIGIN_KMALLOC);
	vmc_free(object);
}

static vmc_u64 origin_of(const void *object)
{
	return vmc_map_get(MAP_ORIGIN, (vmc_u64)object);
}

static _Bool may_be_vmalloced(const void *object)
{
	vmc_u64 origin = origin_of(object);

	return origin == ORIGIN_VMALLOC || (origin == ORIGIN_KVMALLOC &&
					    vmc_map_get(MAP_HEAP, (vmc_u64)object) > PAGE_SIZE);
}

/* Which of the two kvmalloc() came to is open until somebody asks. */
_Bool heap_is_vmalloced(const void *object)
{
	if (!may_be_vmalloced(object))
		return 0;
	if (origin_of(object) == ORIGIN_KVMALLOC)
		vmc_map_set(MAP_ORIGIN, (vmc_u64)object,
			    vmc_choice("kvmalloc() falls back to vmalloc()", 0, 1)
				    ? ORIGIN_VMALLOC
				    : ORIGIN_KMALLOC);
	return origin_of(object) == ORIGIN_VMALLOC;
}

/* Of vmalloc() itself, whose memory vfree() is for. */
_Bool heap_vfree(const void *object)
{
	if (origin_of(object) != ORIGIN_VMALLOC)
		return 0;
	release(object);
	return 1;
}

/* Whoever pairs them so is wrong already; it oopses where the memory is no kmalloc()'s. */
static void check_kfree(const void *object)
{
	if (origin_of(object) == ORIGIN_KMALLOC)
		return;
	vmc_violation(API_CLASS, "kfree() of memory that kvmalloc() or vmalloc() gave");
	if (may_be_vmalloced(object))
		vmc_violation(IN_BOUNDS, "kfree() of an address that may be of the vmalloc space");
}

__weak void kfree(const void *object)
{
	if (ZERO_OR_NULL_PTR(object))
		return;
	check_kfree(object);
	release(object);
}

/* vfree() sleeps, kfree() does not. */
__weak void kvfree(const void *object)
{
	if (ZERO_OR_NULL_PTR(object))
		return;
	if (may_be_vmalloced(object))
		might_sleep();
	release(object);
}

__weak void *kmemdup(const void *from, size_t size, gfp_t flags)
{
	void *copy = kmalloc(size, flags);

	if (copy)
		memcpy(copy, from, size);
	return copy;
}

/* The caller's own memory. */
void *vmap_caller_alloc(unsigned long size)
{
	return vmc_alloc(size, 1, OWNER_CALLER, "caller's memory");
}

void vmap_caller_free(const void *object)
{
	vmc_free(object);
}
