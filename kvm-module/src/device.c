// SPDX-License-Identifier: GPL-2.0
/* /dev/ha_colo: descriptors and their calls. */

#include <linux/capability.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "colo.h"

struct colo_file {
	struct mutex lock; /* over vm, which is set once */
	struct colo_vm *vm;
};

/* Set once, and then until the release. */
static struct colo_vm *file_vm(struct colo_file *file)
{
	/* Pairs with the release in colo_attach(): what it points to is complete. */
	return smp_load_acquire(&file->vm);
}

static bool all_zero(const void *reserved, size_t bytes)
{
	return !memchr_inv(reserved, 0, bytes);
}

static long colo_info(void __user *to)
{
	struct ha_colo_info info = {
		.abi = HA_COLO_ABI,
		.features = colo_hooks_features(),
	};

	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

static long colo_attach(struct colo_file *file, struct ha_colo_attach __user *user)
{
	struct ha_colo_attach args;
	struct colo_vm *vm;
	long err = 0;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	if (args.flags || !all_zero(args.reserved, sizeof(args.reserved)) ||
	    args.gfns > HA_COLO_MAX_GFNS)
		return -EINVAL;
	mutex_lock(&file->lock);
	if (file->vm) {
		err = -EBUSY;
		goto unlock;
	}
	vm = colo_vm_attach(&args);
	if (IS_ERR(vm)) {
		err = PTR_ERR(vm);
		goto unlock;
	}
	args.half_bytes = vm->bitmap->half_bytes;
	args.map_bytes = vm->bitmap->bytes;
	if (copy_to_user(user, &args, sizeof(args))) {
		colo_vm_detach(vm);
		err = -EFAULT;
		goto unlock;
	}
	/* Pairs with the acquire in file_vm(). */
	smp_store_release(&file->vm, vm);
unlock:
	mutex_unlock(&file->lock);
	return err;
}

static long colo_rotate(struct colo_vm *vm, struct ha_colo_rotate __user *user)
{
	struct ha_colo_rotate out = {};
	long err;

	/* Before the epoch ends: a bad address must not cost one. */
	if (clear_user(user, sizeof(*user)))
		return -EFAULT;
	mutex_lock(&vm->lock);
	err = colo_vm_alive(vm) ? colo_dirty_rotate(vm, &out) : -ENODEV;
	mutex_unlock(&vm->lock);
	if (err)
		return err;
	return copy_to_user(user, &out, sizeof(out)) ? -EFAULT : 0;
}

static bool gate_allowed(const struct ha_colo_gate *gate)
{
	if (gate->flags || !all_zero(gate->reserved, sizeof(gate->reserved)))
		return false;
	if (!gate->tokens)
		return true;
	return gate->tokens <= HA_COLO_MAX_VCPUS && gate->slice_us >= HA_COLO_MIN_SLICE_US &&
	       gate->slice_us <= HA_COLO_MAX_SLICE_US && gate->bound_us <= HA_COLO_MAX_SLICE_US;
}

static long colo_gate(struct colo_vm *vm, const struct ha_colo_gate __user *user)
{
	struct ha_colo_gate gate;
	long err;

	if (copy_from_user(&gate, user, sizeof(gate)))
		return -EFAULT;
	if (!gate_allowed(&gate))
		return -EINVAL;
	if (!(colo_hooks_features() & HA_COLO_FEATURE_GATE))
		return -EOPNOTSUPP;
	mutex_lock(&vm->lock);
	err = colo_vm_alive(vm) ? colo_gate_set(vm, &gate) : -ENODEV;
	mutex_unlock(&vm->lock);
	return err;
}

static long colo_stat(struct colo_vm *vm, struct ha_colo_stat __user *user)
{
	struct ha_colo_stat out = {};

	mutex_lock(&vm->lock);
	out.vm_alive = colo_vm_alive(vm);
	out.vcpus = vm->kvm ? atomic_read(&vm->kvm->online_vcpus) : 0;
	colo_dirty_stat(vm, &out);
	colo_gate_stat(vm, &out);
	mutex_unlock(&vm->lock);
	return copy_to_user(user, &out, sizeof(out)) ? -EFAULT : 0;
}

static long colo_ioctl(struct file *filp, unsigned int request, unsigned long arg)
{
	struct colo_file *file = filp->private_data;
	struct colo_vm *vm = file_vm(file);
	void __user *user = (void __user *)arg;

	switch (request) {
	case HA_COLO_INFO:
		return colo_info(user);
	case HA_COLO_ATTACH:
		return colo_attach(file, user);
	case HA_COLO_ROTATE:
		return vm ? colo_rotate(vm, user) : -ENODEV;
	case HA_COLO_GATE:
		return vm ? colo_gate(vm, user) : -ENODEV;
	case HA_COLO_STAT:
		return vm ? colo_stat(vm, user) : -ENODEV;
	default:
		return -ENOTTY;
	}
}

static int colo_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct colo_vm *vm = file_vm(filp->private_data);

	return vm ? colo_bitmap_mmap(vm->bitmap, vma) : -ENODEV;
}

static int colo_open(struct inode *inode, struct file *filp)
{
	struct colo_file *file;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	mutex_init(&file->lock);
	filp->private_data = file;
	return 0;
}

static int colo_release(struct inode *inode, struct file *filp)
{
	struct colo_file *file = filp->private_data;

	if (file->vm)
		colo_vm_detach(file->vm);
	kfree(file);
	return 0;
}

static const struct file_operations colo_ops = {
	.owner = THIS_MODULE,
	.open = colo_open,
	.release = colo_release,
	.unlocked_ioctl = colo_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = colo_mmap,
	.llseek = noop_llseek,
};

static struct miscdevice colo_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ha_colo",
	.fops = &colo_ops,
	.mode = 0600,
};

int colo_device_register(void)
{
	return misc_register(&colo_device);
}

void colo_device_unregister(void)
{
	misc_deregister(&colo_device);
}
