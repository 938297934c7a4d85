/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "program.h"

struct list { struct list *next, *prev; };
struct entry { u32 key; struct list link; };

static void add(struct list *item, struct list *head)
{
	item->next = head->next;
	item->prev = head;
	head->next->prev = item;
	head->next = item;
}

static void del(struct list *item)
{
	item->next->prev = item->prev;
	item->prev->next = item->next;
}

#define container(p) ((struct entry *)((u8 *)(p) - __builtin_offsetof(struct entry, link)))

PROGRAM(lists)
{
	struct list head = { &head, &head }, *i;
	struct entry e[5];
	u64 r = 0;
	u32 k;

	for (k = 0; k < 5; k++) {
		e[k].key = (u32)(a >> (8 * k)) & 255;
		add(&e[k].link, b >> k & 1 ? &head : head.prev);
	}
	del(&e[c % 5].link);
	for (i = head.next; i != &head; i = i->next)
		MIX(r, container(i)->key);
	for (i = head.prev; i != &head; i = i->prev)
		MIX(r, container(i) - e);
	return r + d;
}
