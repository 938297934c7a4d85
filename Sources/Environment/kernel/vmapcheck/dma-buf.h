/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* dma-buf.h - what an exporter's vmap operation sees of dma-buf. */
#ifndef VMAPCHECK_DMA_BUF_H
#define VMAPCHECK_DMA_BUF_H

#include <vmapcheck/compiler.h>

struct dma_resv;
struct sg_table;
struct miscdevice;
struct device;

enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_NONE = 3,
};

struct dma_buf {
	size_t size;
	struct dma_resv *resv;
	void *priv;
};

struct iosys_map {
	union {
		void __iomem *vaddr_iomem;
		void *vaddr;
	};
	bool is_iomem;
};

static inline void iosys_map_set_vaddr(struct iosys_map *map, void *vaddr)
{
	map->vaddr = vaddr;
	map->is_iomem = false;
}

static inline void iosys_map_clear(struct iosys_map *map)
{
	map->vaddr = NULL;
	map->is_iomem = false;
}

/* The dma-buf core takes the reservation lock before it calls an exporter. */
#define dma_resv_assert_held(resv) ((void)(resv))

#endif
