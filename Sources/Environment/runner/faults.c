// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * faults.c - page faults of the hardware: what was touched, how, and by whom.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

/* The error code of a page fault, bit 1: a store. */
#define FAULT_WRITE 2

static sigjmp_buf *trying;

static void describe_object(const struct vmr_object *object, uint64_t address)
{
	vmr_tell("object\t%s\t%lu\t%lx\t%ld\t%s", object->what, object->size, object->base,
		 (long)(address - object->base), object->live ? "live" : "freed");
}

static void struct_fault(uint64_t address, bool writes, struct vmr_site site)
{
	struct vmr_struct it;

	vmr_struct_at(address, &it);
	if (!it.found)
		vmr_machine_says(IN_BOUNDS, BY_FAULT, true, site,
				 "%s a struct page that is not one of the buffer's",
				 writes ? "store to" : "load from");
	else if (writes)
		vmr_machine_says(TAIL_WRITE, BY_FAULT, true, site,
				 "store to struct page %lu of the folio at pfn 0x%lx, which HVO freed",
				 it.index, it.head);
	else
		vmr_machine_says(IN_BOUNDS, BY_FAULT, true, site, "load from a struct page");
}

static void classify(uint64_t address, bool writes, struct vmr_site site)
{
	const char *verb = writes ? "store to" : "load from";
	const struct vmr_object *object;

	if (vmr_is_struct(address)) {
		struct_fault(address, writes, site);
		return;
	}
	object = vmr_object_near(address);
	if (object) {
		vmr_machine_says(IN_BOUNDS, BY_FAULT, true, site, "%s %s%s", verb, object->what,
				 object->live ? " out of bounds" : " after it was freed");
		describe_object(object, address);
		return;
	}
	if (address >= VMALLOC_START && address <= VMALLOC_END)
		vmr_machine_says(IN_BOUNDS, BY_FAULT, true, site,
				 "%s a page of the vmalloc space that is not mapped", verb);
	else if (address >= (RANGES_WINDOW & ~(VMR_PAGE - 1)) && address < HEAP_START)
		vmr_machine_says(IN_BOUNDS, BY_FAULT, true, site,
				 "%s what lies behind the array of ranges, or is not to be written",
				 verb);
	else
		vmr_machine_says(IN_BOUNDS, BY_FAULT, true, site, "wild %s 0x%lx", verb, address);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	const ucontext_t *user = context;
	uint64_t address = (uint64_t)info->si_addr;
	bool writes = (user->uc_mcontext.gregs[REG_ERR] & FAULT_WRITE) != 0;
	struct vmr_site site = {
		(uintptr_t)user->uc_mcontext.gregs[REG_RIP],
		(uintptr_t)user->uc_mcontext.gregs[REG_RBP],
	};

	if (number == SIGSEGV && vmr_is_struct(address) &&
	    vmr_structs_provide(address, writes, site))
		return;
	if (trying)
		siglongjmp(*trying, 1);
	if (number == SIGSEGV || number == SIGBUS) {
		vmr_tell("fault\t%s\t%lx\t%ld\t%s", writes ? "write" : "read", address,
			 (long)user->uc_mcontext.gregs[REG_ERR],
			 number == SIGSEGV && info->si_code == SEGV_ACCERR ? "forbidden" : "absent");
		classify(address, writes, site);
		vmr_settle_fault();
		vmr_settle_free();
	} else {
		/* What the IR's semantics has as a trap is an exception of the processor here. */
		vmr_model_says(NO_SPLAT, strsignal(number), site);
		vmr_machine_says(NO_SPLAT, BY_FAULT, true, site, "%s", strsignal(number));
	}
	vmr_end();
}

void vmr_faults_init(void)
{
	struct sigaction action = { 0 };
	stack_t stack = { 0 };

	stack.ss_size = 1 << 18;
	stack.ss_sp = malloc(stack.ss_size);
	sigaltstack(&stack, NULL);
	action.sa_sigaction = on_fault;
	action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGFPE, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
}

/* Loads the word at an address, or stores it there: false if that faults. */
static bool try_access(uint64_t address, uint64_t *word, bool writes)
{
	volatile uint64_t *place = (volatile uint64_t *)address;
	sigjmp_buf back;

	if (sigsetjmp(back, 0)) {
		trying = NULL;
		return false;
	}
	trying = &back;
	if (writes)
		*place = *word;
	else
		*word = *place;
	trying = NULL;
	return true;
}

bool vmr_try_load(uint64_t address, uint64_t *word)
{
	return try_access(address, word, false);
}

bool vmr_try_store(uint64_t address, uint64_t word)
{
	return try_access(address, &word, true);
}
