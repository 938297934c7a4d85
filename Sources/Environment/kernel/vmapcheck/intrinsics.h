/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * intrinsics.h - what the model of the kernel is built from.
 *
 * Each of these is given by the machine that runs the model: the verifier gives
 * it a meaning over all values at once, the user-space runner and the kernel
 * module a concrete one. Everything else of the kernel is C over these.
 */
#ifndef VMAPCHECK_INTRINSICS_H
#define VMAPCHECK_INTRINSICS_H

typedef unsigned char vmc_u8;
typedef unsigned int vmc_u32;
typedef unsigned long vmc_u64;

/* --- Values that the environment chooses ------------------------------------- */

/*
 * An input of the buffer or of the machine: any value in [lo, hi]. The same name
 * and index always give the same value within one run. In a counterexample it is
 * called "name[index]", or "name" if index is VMC_SCALAR.
 */
#define VMC_SCALAR (~0UL)
vmc_u64 vmc_input(const char *name, vmc_u64 index, vmc_u64 lo, vmc_u64 hi);

/*
 * A choice made anew at each call: any value in [lo, hi]. In a counterexample the
 * n-th choice of a name is called "name#n", n from 0.
 */
vmc_u64 vmc_choice(const char *name, vmc_u64 lo, vmc_u64 hi);

/*
 * The same value, but explored one by one, so that the model sees a constant.
 * (Only a matter of speed: the set of runs is the same.)
 */
vmc_u64 vmc_split(vmc_u64 value);

/* condition ? a : b, without exploring the two sides apart. */
vmc_u64 vmc_select(_Bool condition, vmc_u64 a, vmc_u64 b);

/* The bounds of this exploration; 0 means that there is none. */
enum vmc_bound { VMC_MAX_RANGES, VMC_MAX_PAGES_PER_RANGE };
vmc_u64 vmc_bound(enum vmc_bound bound);

/* --- What must hold ----------------------------------------------------------- */

/* Runs in which the condition is false are not considered; why is printed. */
void vmc_assume(_Bool condition, const char *why);

/* An obligation of a property (enum vmap_property). After it the condition holds. */
void vmc_assert(_Bool condition, vmc_u32 property, const char *message);

/* The same, but the run goes on whether the condition holds or not, and does not fork. */
void vmc_expect(_Bool condition, vmc_u32 property, const char *message);
/*
 * The same of a condition that speaks of the watched page or range: it is not what the
 * run that watches another one has here.
 */
void vmc_expect_of_watched(_Bool condition, vmc_u32 property, const char *message);

/* The property is violated here; the run goes on (a WARN, a WARN_ON). */
void vmc_violation(vmc_u32 property, const char *message);

/* The run ends here (after BUG, after an oops). */
_Noreturn void vmc_stop(void);

/* The property's point is reached; one that is never reached is vacuous. */
void vmc_reached(vmc_u32 property);

/* The property says nothing about this spec, and why. */
void vmc_not_applicable(vmc_u32 property, const char *reason);

/* --- Memory --------------------------------------------------------------------- */

/*
 * An object of `size` bytes at an address of its own, never NULL; its content is
 * uninitialised, or zero. Accesses outside of it, before it is written, or after
 * vmc_free are violations of in-bounds, as is a vmc_free of anything but a live
 * object's first byte. `what` names it in reports. `owner` is handed to
 * vmc_live_objects.
 */
void *vmc_alloc(vmc_u64 size, _Bool zeroed, vmc_u32 owner, const char *what);
void vmc_free(const void *object);
vmc_u64 vmc_object_size(const void *object);
vmc_u64 vmc_live_objects(vmc_u32 owner);
/*
 * What is read from arrays between vmc_look(1) and vmc_look(0), nothing but obligations
 * goes by: the run is the same whatever it is.
 */
void vmc_look(_Bool begins);
/* The value comes from an element of an array that is not followed in this run. */
_Bool vmc_is_unfollowed(vmc_u64 value);

/*
 * From here on, a load or store whose address is in [lo, hi] is a call of these.
 * `size` is in bytes (1, 2, 4 or 8). What they do themselves is not redirected.
 */
typedef vmc_u64 (*vmc_load_fn)(vmc_u64 address, vmc_u32 size);
typedef void (*vmc_store_fn)(vmc_u64 address, vmc_u32 size, vmc_u64 value);
void vmc_window(vmc_u64 lo, vmc_u64 hi, vmc_load_fn load, vmc_store_fn store);

/* --- Maps: unbounded memory of the model, from 64-bit keys to 64-bit values ------ */

/* Maps are numbered from 0 to 15; every key is 0 at first. */
vmc_u64 vmc_map_get(vmc_u32 map, vmc_u64 key);
void vmc_map_set(vmc_u32 map, vmc_u64 key, vmc_u64 value);

/*
 * The same as vmc_map_get, but the strategy goes by the value: what it does wrong for it
 * is looked at where the key is followed. Any multiple of the constant `stride` in
 * [lo, hi] is, in some run.
 */
vmc_u64 vmc_map_read(vmc_u32 map, vmc_u64 key, vmc_u64 lo, vmc_u64 hi, vmc_u64 stride);

/*
 * For every key in [lo, hi) with (key - lo) a multiple of `stride`:
 * value + (key - lo) / stride * step. Keys between keep what they have.
 * `stride` is a constant power of two, and lo is a multiple of it.
 */
void vmc_map_set_range(vmc_u32 map, vmc_u64 lo, vmc_u64 hi, vmc_u64 stride, vmc_u64 value,
		       vmc_u64 step);

/* Every key in [lo, hi) gets a value that is not 0, and of which nothing else is known. */
void vmc_map_set_unknown(vmc_u32 map, vmc_u64 lo, vmc_u64 hi);

/* --- Invariants of loops, found by the verifier ------------------------------------- */

/*
 * What an invariant may speak of, called from vmc_landmarks() and vmc_landmarks_at():
 * a value to compare with; a place that is followed; what an element of an array may
 * be; a key of the maps at which they are followed.
 */
enum vmc_landmark_kind { LANDMARK_VALUE, LANDMARK_WATCHED, LANDMARK_ELEMENT, LANDMARK_KEY };
void vmc_landmark(enum vmc_landmark_kind kind, const char *name, vmc_u64 value);
/* What may hold from, or up to, the place that is followed. */
void vmc_claim(const char *name, _Bool holds);
/*
 * The contents of an array of `count` elements are followed at this one, an arbitrary
 * one of them. The first call is for the arrays of any other size, too.
 */
void vmc_watch_element(vmc_u64 index, vmc_u64 count);

/*
 * What the author of a loop claims of it (vmap_invariant): only where the first says so,
 * the condition is evaluated and given to the second.
 */
_Bool vmc_wants_invariant(const char *text);
void vmc_invariant(_Bool holds);

/*
 * From here on, where loops are cut at their heads, a call of the function of this name
 * is one of vmc_contract_NAME().
 */
void vmc_by_contract(const char *name);
/* What is proved from here on is proved of any call of it, whatever calls were before. */
void vmc_of_any_call(void);

/* --- Reports ---------------------------------------------------------------------- */

/*
 * What to make small in a counterexample: the first call's value first, then the
 * second's, and so on.
 */
void vmc_minimise(vmc_u64 value);

/*
 * A line of a counterexample's trace. The format knows %llu, %llx and %s only
 * (every argument is 64 bits; a %s is the address of a constant string).
 */
void vmc_note(const char *format, vmc_u64 a, vmc_u64 b, vmc_u64 c);

/* A named value of a counterexample, for reports and pictures (for example the expected pfn). */
void vmc_report(const char *name, vmc_u64 value);

/* What a spec says of itself, read by the verifier before it is run. */
void vmc_describe(const char *field, vmc_u64 index, vmc_u64 value);
void vmc_describe_text(const char *field, const char *text);

#endif
