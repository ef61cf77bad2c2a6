// SPDX-License-Identifier: GPL-2.0
/* Memory of a VM's bitmap: one page of header and two halves, all mapped read-only. */

#include <linux/anon_inodes.h>
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "colo.h"

/* What one bit of the summary stands for: a cache line of the bitmap. */
#define LINE_LONGS (64 / sizeof(long))
#define GFNS_PER_LINE (LINE_LONGS * BITS_PER_LONG)

static unsigned int max_bitmap_mib = 256;
module_param(max_bitmap_mib, uint, 0644);
MODULE_PARM_DESC(max_bitmap_mib, "Memory for the bitmaps of all VMs together, in MiB");

static atomic64_t map_bytes = ATOMIC64_INIT(0);

static bool map_reserve(u64 bytes)
{
	u64 limit = (u64)READ_ONCE(max_bitmap_mib) << 20;

	if ((u64)atomic64_add_return(bytes, &map_bytes) <= limit)
		return true;
	atomic64_sub(bytes, &map_bytes);
	return false;
}

static unsigned long summary_bits(const struct colo_bitmap *map)
{
	return map->half_bytes / (LINE_LONGS * sizeof(long));
}

static void map_free(struct colo_bitmap *map)
{
	vfree(map->header);
	kvfree(map->summary[0]);
	kvfree(map->summary[1]);
	atomic64_sub(map->bytes, &map_bytes);
	kfree(map);
}

static void map_release(struct kref *ref)
{
	map_free(container_of(ref, struct colo_bitmap, ref));
}

void colo_bitmap_put(struct colo_bitmap *map)
{
	kref_put(&map->ref, map_release);
}

static bool map_alloc_parts(struct colo_bitmap *map)
{
	u8 *memory;
	int i;

	/* Charged to the agent's memory cgroup: it is the agent that chooses what to attach. */
	memory = __vmalloc(map->bytes, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	map->header = (struct ha_colo_header *)memory;
	if (!memory)
		return false;
	for (i = 0; i < 2; i++) {
		map->header->half_offset[i] = PAGE_SIZE + i * map->half_bytes;
		map->half[i] = (unsigned long *)(memory + map->header->half_offset[i]);
		map->summary[i] = kvcalloc(BITS_TO_LONGS(summary_bits(map)), sizeof(long),
					   GFP_KERNEL_ACCOUNT);
		if (!map->summary[i])
			return false;
	}
	map->header->magic = HA_COLO_MAGIC;
	map->header->abi = HA_COLO_ABI;
	map->header->gfns = map->gfns;
	map->header->half_bytes = map->half_bytes;
	return true;
}

/* gfns is 1 to HA_COLO_MAX_GFNS. */
struct colo_bitmap *colo_bitmap_alloc(u64 gfns)
{
	struct colo_bitmap *map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT);

	if (!map)
		return ERR_PTR(-ENOMEM);
	kref_init(&map->ref);
	map->gfns = gfns;
	map->half_bytes = PAGE_ALIGN(DIV_ROUND_UP(gfns, BITS_PER_BYTE));
	map->bytes = PAGE_SIZE + 2 * map->half_bytes;
	if (!map_reserve(map->bytes)) {
		kfree(map);
		return ERR_PTR(-ENOSPC);
	}
	if (!map_alloc_parts(map)) {
		map_free(map);
		return ERR_PTR(-ENOMEM);
	}
	return map;
}

/*
 * True if the page was clean. The caller holds the VM's mark_lock, so only readers of the mapping
 * see a word while it changes, and they see it before or after.
 */
bool colo_bitmap_mark(struct colo_bitmap *map, int half, u64 gfn)
{
	if (__test_and_set_bit(gfn, map->half[half]))
		return false;
	__set_bit(gfn / GFNS_PER_LINE, map->summary[half]);
	return true;
}

/* Nothing marks in this half meanwhile. */
void colo_bitmap_clear(struct colo_bitmap *map, int half)
{
	unsigned long line, *words;
	int i;

	for_each_set_bit(line, map->summary[half], summary_bits(map)) {
		words = map->half[half] + line * LINE_LONGS;
		/* A reader that maps this half may look on. */
		for (i = 0; i < LINE_LONGS; i++)
			WRITE_ONCE(words[i], 0);
	}
	bitmap_zero(map->summary[half], summary_bits(map));
}

static void map_vma_open(struct vm_area_struct *vma)
{
	struct colo_bitmap *map = vma->vm_private_data;

	kref_get(&map->ref);
}

static void map_vma_close(struct vm_area_struct *vma)
{
	colo_bitmap_put(vma->vm_private_data);
}

static vm_fault_t map_vma_fault(struct vm_fault *vmf)
{
	struct colo_bitmap *map = vmf->vma->vm_private_data;

	if (vmf->pgoff >= map->bytes >> PAGE_SHIFT)
		return VM_FAULT_SIGBUS;
	vmf->page = vmalloc_to_page((u8 *)map->header + (vmf->pgoff << PAGE_SHIFT));
	get_page(vmf->page);
	return 0;
}

/* For kernels without vm_flags_clear(), in place of taking VM_MAYWRITE away. */
static int map_vma_mprotect(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			    unsigned long flags)
{
	return flags & VM_WRITE ? -EACCES : 0;
}

static const struct vm_operations_struct map_vma_ops = {
	.open = map_vma_open,
	.close = map_vma_close,
	.fault = map_vma_fault,
	.mprotect = map_vma_mprotect,
};

static const struct file_operations map_file_ops = {
	.owner = THIS_MODULE,
};

/*
 * A mapping keeps its file open, and the file of the device must be released when the descriptor
 * is closed, to open the gate. So the mapping gets a file of its own, which keeps the module.
 */
int colo_bitmap_mmap(struct colo_bitmap *map, struct vm_area_struct *vma)
{
	unsigned long bytes = vma->vm_end - vma->vm_start;
	struct file *file;

	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_pgoff || bytes > map->bytes)
		return -EINVAL;
	file = anon_inode_getfile("[ha_colo]", &map_file_ops, NULL, O_RDONLY);
	if (IS_ERR(file))
		return PTR_ERR(file);
	vma_set_file(vma, file);
	fput(file);
	kref_get(&map->ref);
	vma->vm_private_data = map;
	vma->vm_ops = &map_vma_ops;
	return 0;
}
