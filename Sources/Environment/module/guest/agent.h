/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * agent.h - what a guest's only process and the one on a computer's own kernel have in
 * common: answers, files, and the pool of hugetlb folios.
 */
#ifndef VMAPCHECK_AGENT_H
#define VMAPCHECK_AGENT_H

#include <stdbool.h>

/* Folios of 2 MiB, whatever size of them is the default. */
#define FOLIOS "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
#define HVO "/proc/sys/vm/hugetlb_optimize_vmemmap"

/* --- init.c ------------------------------------------------------------------------ */

/* /dev/vmapcheck. */
extern int device;

void begin_answer(void);
void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
void end_answer(void);
/* Answers with an error, and what errno says of it. */
void fail(const char *what);

bool put(const char *path, const char *text);
bool put_number(const char *path, long number);
/* -1 if there is none. */
long number_in(const char *path);
void log_skip(void);
int load_file(const char *path, const char *parameters);

/* Twice `each` folios beside those that are there; without `hvo` half of them. */
bool make_pool(unsigned int each, bool hvo);
void free_pool(void);

/* --- host.c ------------------------------------------------------------------------ */

/* Waits for who connects to a socket that it makes; -1 if nobody does. */
int host_open(const char *socket, const char *module);
/* "EACH HVO": loads the module, and takes folios. */
void host_begin(const char *line);
/* A module of this name was loaded. */
void host_remember(const char *name);
/* Undoes it all; 1 where that fails, of which it tells on standard error. */
int host_end(void);

#endif
