// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * claims.c - what the model's C says of the run: obligations, violations, the end.
 * (The other intrinsics are in inputs.c, maps.c, heap.c and accesses.c.)
 * Beside it the handlers that clang calls where arithmetic of the spec loses bits.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>

void vmc_assume(_Bool condition, const char *why)
{
	vmr_settle();
	if (condition)
		return;
	vmr_tell("rejected\t%s", why);
	vmr_end_rejected();
}

/* Where the model's run ends: at a touch, the hardware is asked before. */
static _Noreturn void stop(void)
{
	if (vmr_touch)
		longjmp(*vmr_touch, 1);
	vmr_end();
}

void vmc_assert(_Bool condition, vmc_u32 property, const char *message)
{
	vmr_settle();
	vmr_reached |= 1U << property;
	if (condition)
		return;
	vmr_model_says(property, message, vmr_here());
	stop();
}

void vmc_violation(vmc_u32 property, const char *message)
{
	vmr_settle();
	vmr_reached |= 1U << property;
	vmr_model_says(property, message, vmr_here());
}

void vmc_expect(_Bool condition, vmc_u32 property, const char *message)
{
	vmr_settle();
	vmr_reached |= 1U << property;
	if (!condition)
		vmr_model_says(property, message, vmr_here());
}

/* The text itself is run. */
void vmc_by_contract(const char *name)
{
}

void vmc_of_any_call(void)
{
}

void vmc_look(_Bool begins)
{
}

_Bool vmc_is_unfollowed(vmc_u64 value)
{
	return 0;
}

/* A run here watches one page: there is no other run to leave anything to. */
void vmc_expect_of_watched(_Bool condition, vmc_u32 property, const char *message)
{
	vmr_settle();
	vmr_reached |= 1U << property;
	if (!condition)
		vmr_model_says(property, message, vmr_here());
}

static jmp_buf *guarded;

_Noreturn void vmc_stop(void)
{
	if (guarded)
		longjmp(*guarded, 1);
	stop();
}

void vmc_reached(vmc_u32 property)
{
	vmr_settle();
	vmr_reached |= 1U << property;
}

void vmc_not_applicable(vmc_u32 property, const char *reason)
{
	vmr_not_applicable |= 1U << property;
	vmr_tell("not-applicable\t%u\t%s", property, reason);
}

void vmc_minimise(vmc_u64 value)
{
	(void)value;
}

/* What the verifier's invariants speak of is nothing to a run. */
void vmc_landmark(enum vmc_landmark_kind kind, const char *name, vmc_u64 value)
{
	(void)kind;
	(void)name;
	(void)value;
}

void vmc_claim(const char *name, _Bool holds)
{
	(void)name;
	(void)holds;
}

_Bool vmc_wants_invariant(const char *text)
{
	(void)text;
	return 0;
}

void vmc_invariant(_Bool holds)
{
	(void)holds;
}

void vmc_watch_element(vmc_u64 index, vmc_u64 count)
{
	(void)index;
	(void)count;
}

void vmc_map_set_unknown(vmc_u32 map, vmc_u64 lo, vmc_u64 hi)
{
	(void)map;
	vmr_cannot("unknown values at [0x%lx, 0x%lx): a run has a bound on its ranges", lo, hi);
}

void vmc_note(const char *format, vmc_u64 a, vmc_u64 b, vmc_u64 c)
{
	vmr_note_line(format, a, b, c);
}

void vmc_report(const char *name, vmc_u64 value)
{
	vmr_tell("report\t%s\t%lu", name, value);
}

void vmc_describe(const char *field, vmc_u64 index, vmc_u64 value)
{
	if (index == VMC_SCALAR)
		printf("describe\t%s\t%lu\n", field, value);
	else
		printf("describe\t%s[%lu]\t%lu\n", field, index, value);
}

void vmc_describe_text(const char *field, const char *text)
{
	printf("describe-text\t%s\t%s\n", field, text ? text : "");
}

/* --- Outside of its area ---------------------------------------------------------------- */

void __real_areas_check(vmc_u64 start, vmc_u64 end);
void __wrap_areas_check(vmc_u64 start, vmc_u64 end);

static uint64_t outside_start, outside_end;

/*
 * The model ends the run here. The machine maps what was asked for, and looks at it:
 * a load from the guard page then does not fault.
 */
void __wrap_areas_check(vmc_u64 start, vmc_u64 end)
{
	jmp_buf back;

	vmr_settle();
	if (vmr_areas_have(start, end)) {
		__real_areas_check(start, end);
		return;
	}
	guarded = &back;
	if (!setjmp(back))
		__real_areas_check(start, end);
	guarded = NULL;
	outside_start = start;
	outside_end = end;
}

/* The first page that was mapped outside of every area. */
void vmr_outside_look(bool unmaps)
{
	uint64_t va, word;

	if (outside_start == outside_end)
		return;
	vmr_leaves_flush();
	for (va = outside_start; va < outside_end; va += VMR_PAGE) {
		if (vmr_areas_have(va, va + VMR_PAGE))
			continue;
		if (vmr_try_load(va, &word))
			vmr_machine_says(MAPS_EXACTLY, BY_NO_FAULT, true, vmr_here(),
					 "a load from 0x%lx, which is in no area of the strategy's, does not fault",
					 va);
		else if (unmaps)
			vmr_machine_says(MAPS_EXACTLY, BY_ASSERTION, true, vmr_here(),
					 "0x%lx, which is in no area of the strategy's, is unmapped", va);
		break;
	}
	outside_start = outside_end;
	vmr_end();
}

void vmr_claims_clear(void)
{
	outside_start = 0;
	outside_end = 0;
	guarded = NULL;
}

/* --- Arithmetic --------------------------------------------------------------------------- */

static void wraps(const char *message, struct vmr_site site)
{
	vmr_settle();
	vmr_reached |= 1U << NO_WRAP;
	vmr_model_says(NO_WRAP, message, site);
	vmr_machine_says(NO_WRAP, BY_TRAP, true, site, "%s", message);
}

#define VMR_WRAPS(kind, message)                             \
	void __ubsan_handle_##kind##_minimal(void);          \
	void __ubsan_handle_##kind##_minimal(void)           \
	{                                                    \
		wraps(message, vmr_here());                  \
	}

VMR_WRAPS(add_overflow, "an addition wraps")
VMR_WRAPS(sub_overflow, "a subtraction wraps")
VMR_WRAPS(mul_overflow, "a multiplication wraps")
VMR_WRAPS(negate_overflow, "a negation wraps")
VMR_WRAPS(divrem_overflow, "a division overflows")
VMR_WRAPS(shift_out_of_bounds, "a shift loses bits")
VMR_WRAPS(implicit_conversion, "a conversion truncates the value")

/* --- What the model leaves undefined on purpose ---------------------------------------------- */

void page_tables_of_what_the_model_has_mapped(void);

void page_tables_of_what_the_model_has_mapped(void)
{
	vmr_cannot("page tables of what the model has mapped, which it does not go through");
}

void vmap_pages_range_of_larger_leaves(void);

void vmap_pages_range_of_larger_leaves(void)
{
	vmr_cannot("vmap_pages_range() with leaves larger than a page, which is not modelled");
}

void xas_going_on_behind_its_end_is_not_modelled(void);

void xas_going_on_behind_its_end_is_not_modelled(void)
{
	vmr_cannot("a walk through a page cache goes on behind its end, which is not modelled");
}
