/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef INTRINSICS_H
#define INTRINSICS_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

u64 vmc_input(const char *name, u64 index, u64 lo, u64 hi);
u64 vmc_choice(const char *name, u64 lo, u64 hi);
void vmc_assume(_Bool condition, const char *why);
void *vmc_alloc(u64 size, _Bool zeroed, u32 owner, const char *what);
void vmc_free(const void *object);
u64 vmc_object_size(const void *object);
u64 vmc_live_objects(u32 owner);
void vmc_window(u64 lo, u64 hi, u64 (*load)(u64, u32), void (*store)(u64, u32, u64));
u64 vmc_map_get(u32 map, u64 key);
void vmc_map_set(u32 map, u64 key, u64 value);
void vmc_map_set_range(u32 map, u64 lo, u64 hi, u64 stride, u64 value, u64 step);

#define INPUT(name, lo, hi) vmc_input(name, ~0UL, lo, hi)

#endif
