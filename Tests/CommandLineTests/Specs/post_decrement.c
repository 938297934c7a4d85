// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * while (i--) leaves an unsigned i wrapped, which is no fault where i is not read again;
 * nor is it one to ask whether a sum is less than what it is a sum of.
 */
#include <vmapcheck/spec.h>

struct count {
	unsigned long pages;
};

static unsigned long global;

static void *not_read_again(const struct folio_range *ranges, unsigned int nr)
{
	struct count count = { .pages = ranges->nr_pages };
	unsigned int i = nr, runs = 0;
	struct count copy;

	while (i--)
		runs++;
	for (i = nr; i-- > 0;)
		runs++;
	i = nr;
	do {
		runs++;
	} while (i--);
	while (count.pages--)
		cond_resched();
	copy = count;
	count.pages = copy.pages = nr;
	global = 1;
	while (global--)
		cond_resched();
	if (runs + nr < runs || count.pages != copy.pages)
		return NULL;
	return NULL;
}

static void *read_again(const struct folio_range *ranges, unsigned int nr)
{
	while (nr--)
		cond_resched();
	return nr > 5 ? NULL : ERR_PTR(-EINVAL);
}

static void *copied_and_read(const struct folio_range *ranges, unsigned int nr)
{
	struct count copy, count = { .pages = 1 };

	while (count.pages--)
		cond_resched();
	copy = count;
	return copy.pages > 5 ? NULL : ERR_PTR(-EINVAL);
}

/* One more decrement of the wrapped value reads it. */
static void *decremented_again(const struct folio_range *ranges, unsigned int nr)
{
	while (nr--)
		cond_resched();
	nr--;
	return NULL;
}

/* Nothing is compared: whoever decrements a count so takes it for one. */
static void *decremented(const struct folio_range *ranges, unsigned int nr)
{
	nr--;
	nr--;
	return NULL;
}

static void *used_as_index(const struct folio_range *ranges, unsigned int nr)
{
	unsigned int first = 0;

	return ranges[first--].nr_pages ? NULL : ERR_PTR(-EINVAL);
}

static void *added(const struct folio_range *ranges, unsigned int nr)
{
	unsigned int sum = nr + (unsigned int)-1;

	return sum < nr ? NULL : ERR_PTR(-EINVAL);
}

#define SPEC(name, ...) \
	VMAP_SPEC(spec_##name) = { \
		.title = #name, \
		.map = name, \
		.buffer = { .kinds = SHMEM }, \
		.bound = { .ranges = 2, .pages = 1 }, \
		.expect = { [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, \
			    [REFS_HELD] = VACUOUS, __VA_ARGS__ }, \
	}

SPEC(not_read_again);
SPEC(read_again, [NO_WRAP] = REFUTED);
SPEC(copied_and_read, [NO_WRAP] = REFUTED);
SPEC(decremented_again, [NO_WRAP] = REFUTED);
SPEC(decremented, [NO_WRAP] = REFUTED);
SPEC(used_as_index, [NO_WRAP] = REFUTED);
SPEC(added, [NO_WRAP] = REFUTED);
