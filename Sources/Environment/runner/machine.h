/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * machine.h - the parts of the machine "mmu": a process whose own page tables stand
 * for the kernel's. Everything of the model runs in it as it is; what the model says
 * of a run (its violations) and what the hardware shows of it (faults, contents) are
 * kept apart, and compared by who reads the output.
 */
#ifndef VMAPCHECK_MACHINE_H
#define VMAPCHECK_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bridge.h"
#include "machine_layout.h"

#define VMR_PAGE_SHIFT 12
#define VMR_PAGE 4096UL
#define VMR_STRUCT_PAGE_SHIFT 6
/* struct pages that one page of vmemmap holds. */
#define VMR_STRUCTS 64UL

#define vmr_array_size(array) (sizeof(array) / sizeof((array)[0]))

/* --- main.c: what is asked of the machine ---------------------------------------------- */

/* Deliberate faults of the machine itself: a conformance run has to notice each. */
enum vmr_fault { FAULT_NONE, FAULT_TAILS_WRITABLE, FAULT_WRONG_PAGE, FAULT_NO_GUARD, FAULT_LEAK };

/* Buffers that a small guest with a real kernel has room for. */
enum vmr_guest { GUEST_NONE, GUEST_HVO_OFF, GUEST_HVO_ON };

struct vmr_options {
	bool trap_reads;
	bool verbose;		/* tell everything, not a line for a case */
	bool draws;		/* values are drawn, not given */
	enum vmr_fault fault;
	enum vmr_guest guest;
};

extern struct vmr_options vmr_options;

/* Ends the run where it is. */
_Noreturn void vmr_end(void);
/* The same: an assumption does not hold. */
_Noreturn void vmr_end_rejected(void);
/* Ends the run, and says why this machine cannot show it. */
_Noreturn void vmr_cannot(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- record.c: what a run says of itself -------------------------------------------------- */

enum vmr_state { STATE_NONE, STATE_ENDED, STATE_CANNOT, STATE_REJECTED };

struct vmr_record {
	pid_t process;		/* the only one that writes it */
	enum vmr_state state;
	uint32_t model, machine, watched, reached, not_applicable;
	bool differs;
	bool is_full;		/* there was more to say than there is room for */
	char obstacle[200];
	size_t length;
	char text[];		/* lines of fields between tabs */
};

extern struct vmr_record *vmr_record;

/* For who waits for the run. */
bool vmr_record_init(void);
void vmr_record_clear(void);
/* For the run: from here on it is read only but for these functions. */
void vmr_record_begin(void);
void vmr_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vmr_vsay(const char *format, va_list arguments);
void vmr_end_line(void);
/* The run's last act. */
_Noreturn void vmr_record_end(enum vmr_state state, const char *obstacle);

/* --- report.c: what is told --------------------------------------------------------------- */

enum vmr_evidence {
	BY_FAULT,		/* a page fault */
	BY_NO_FAULT,		/* a touch that should have faulted and did not */
	BY_CONTENT,		/* what is in the memory */
	BY_TABLES,		/* what the process's page tables map */
	BY_COUNT,		/* objects and references counted by the machine */
	BY_TRAP,		/* arithmetic that clang's sanitizer traps */
	BY_ASSERTION		/* the model's own C, run natively */
};

struct vmr_site {
	uintptr_t pc, fp;
};

/* Where the code of the spec or the model is that has called. */
#define vmr_here() ((struct vmr_site){ 0, (uintptr_t)__builtin_frame_address(0) })

extern uint32_t vmr_model_violates;	/* bit p: the model's C says that property p is violated */
extern uint32_t vmr_machine_violates;	/* the machine shows it */
/* The machine shows it just where the model looks: at the watched page and address. */
extern uint32_t vmr_machine_watched;
extern uint32_t vmr_reached, vmr_not_applicable;

void vmr_model_says(unsigned int property, const char *message, struct vmr_site site);
void vmr_machine_says(unsigned int property, enum vmr_evidence evidence, bool watched,
		      struct vmr_site site, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Model and machine differ in something that is no property's. */
void vmr_differ(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern bool vmr_differs;
/* A line of the report; only if verbose. */
void vmr_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vmr_tell_place(const char *what, struct vmr_site site);
void vmr_note_line(const char *format, uint64_t a, uint64_t b, uint64_t c);

/* --- inputs.c, draw.c: values ------------------------------------------------------------ */

void vmr_input_set(const char *name, uint64_t value);
bool vmr_input_has(const char *name, uint64_t *value);
void vmr_inputs_tell(void);
/* Chosen as `allocation fails` and not refused: then a failure is the strategy's right. */
bool vmr_allocation_failed(void);

void vmr_random_seed(uint64_t seed, uint64_t number, uint64_t attempt);
uint64_t vmr_random(void);
uint64_t vmr_random_in(uint64_t lo, uint64_t hi);
void vmr_draw(const void *spec, uint64_t number);
uint64_t vmr_draw_choice(const char *name, uint64_t count, uint64_t lo, uint64_t hi);
uint64_t vmr_draw_input(const char *name, uint64_t lo, uint64_t hi);

/* --- maps.c --------------------------------------------------------------------------------- */

void vmr_maps_clear(void);

/* --- heap.c: guarded objects ------------------------------------------------------------------ */

struct vmr_object {
	uint64_t base, size, pages;	/* `pages` mapped, the last ends where the object ends */
	const char *what;
	uint32_t owner;
	bool live, zeroed;
	struct vmr_site made, freed;
};

void vmr_heap_init(void);
/* The object whose pages, or the guard page behind them, have the address; or NULL. */
const struct vmr_object *vmr_object_near(uint64_t address);
void vmr_heap_access(uint64_t address, uint32_t size, bool writes);
/* An address that nothing of the spec's or the model's can have. */
void vmr_wild_access(uint64_t address, bool writes);
/* The same of one where the process has something: the store is not done. */
_Noreturn void vmr_wild_store(uint64_t address);
uint64_t vmr_heap_peak(void);
/* Lines of what is still alive. */
void vmr_heap_tell_live(void);

/* --- physical.c: RAM and BARs, a sparse file in which page p begins at byte p * 4096 ---------- */

void vmr_physical_init(void);
extern int vmr_ram;
/* Writes each word of a page with what tells page and word apart. */
void vmr_stamp(uint64_t pfn);
/*
 * Compares all words of the page at an address with those of a pfn. What is read from
 * a page that was not stamped is nobody's.
 */
enum vmr_look { LOOK_RIGHT, LOOK_OTHER, LOOK_NONE, LOOK_TORN };
enum vmr_look vmr_look_at(uint64_t va, uint64_t pfn, uint64_t *found);
/* Whether a store at an address is found in the page. */
enum vmr_look vmr_write_through(uint64_t va, uint64_t pfn);

/* --- leaves.c: the vmalloc space -------------------------------------------------------------------- */

void vmr_leaves_init(void);
void vmr_leaf_set(uint64_t va, uint64_t pte);
void vmr_leaves_set(uint64_t va, uint64_t end, uint64_t pte, uint64_t step);
/* All leaves set so far are the process's own. */
void vmr_leaves_flush(void);

/* What the process has mapped of the vmalloc space, as the kernel below tells it. */
struct vmr_mapped {
	uint64_t start, end, pfn;
	bool readable, writable;
};

#define VMR_MAX_MAPPED 70000
size_t vmr_mapped_list(const struct vmr_mapped **list);

/* --- structs.c: vmemmap --------------------------------------------------------------------------- */

void vmr_structs_init(void);
/* The folios of the buffer are known. */
void vmr_structs_begin(void);
/* A page of vmemmap as HVO leaves it; false if no folio of the buffer has it. */
bool vmr_structs_provide(uint64_t address, bool writes, struct vmr_site site);
bool vmr_is_struct(uint64_t address);
/* Of the folio that has the struct page at an address. */
struct vmr_struct {
	uint64_t head, index, pages;
	bool found, freed;
};

void vmr_struct_at(uint64_t address, struct vmr_struct *it);
/* Whether its page of vmemmap has been given. */
bool vmr_struct_is_there(uint64_t address);
bool vmr_struct_is_trapped(uint64_t address);
uint64_t vmr_refs_get(uint64_t head, uint64_t otherwise);
void vmr_refs_set(uint64_t head, uint64_t taken);
bool vmr_refs_real(uint64_t head, int *count);
/* Tries what the layout promises: kept struct pages can be written, freed ones not. */
void vmr_structs_probe(void);

/* --- accesses.c: what clang calls before each load and store of the spec and the model ----------------- */

struct vmr_window {
	uint64_t lo, hi;
	vmc_load_fn load;
	vmc_store_fn store;
};

/* Before anything is allocated. */
void vmr_accesses_init(void);
void vmr_accesses_clear(void);
const struct vmr_window *vmr_window_of(uint64_t address);
/* The model is asked, not looked on. */
extern unsigned int vmr_depth;
/* What the model is told of the store that is under way; none: 0. */
void vmr_settle(void);
void vmr_settle_fault(void);
/* The same of a __free_page() that faulted. */
void vmr_settle_free(void);
/* Set where the model's run ends, and the hardware is still to say what it does. */
extern bool vmr_is_ending;
/* The model says of a touch that it may not be: the jump back to the access. */
extern jmp_buf *vmr_touch;

/* --- claims.c --- */

void vmr_claims_clear(void);
/* Called when leaves have been set: those outside of every area are looked at. */
void vmr_outside_look(bool unmaps);

/* --- faults.c ----------------------------------------------------------------------------------------------- */

void vmr_faults_init(void);
/* A load, or a store of the word it has, at an address: false if it faults. */
bool vmr_try_load(uint64_t address, uint64_t *word);
bool vmr_try_store(uint64_t address, uint64_t word);

/* --- observe.c ------------------------------------------------------------------------------------------------- */

void vmr_observe_begin(const void *spec);
void vmr_observe_end(void);
extern bool vmr_is_looking;	/* it is the machine that asks the model */
/* The strategy has been given its array of ranges: it is not to be written any more. */
extern bool vmr_array_is_given;

#endif
