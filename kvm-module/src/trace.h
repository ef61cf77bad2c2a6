/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: /sys/kernel/tracing/events/ha_colo. A VM is named by its process. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ha_colo

#if !defined(_COLO_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _COLO_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(ha_colo_attach,
	TP_PROTO(pid_t vm, u64 gfns, u64 bytes),
	TP_ARGS(vm, gfns, bytes),
	TP_STRUCT__entry(
		__field(pid_t, vm)
		__field(u64, gfns)
		__field(u64, bytes)
	),
	TP_fast_assign(
		__entry->vm = vm;
		__entry->gfns = gfns;
		__entry->bytes = bytes;
	),
	TP_printk("vm=%d gfns=%llu bytes=%llu", __entry->vm, __entry->gfns, __entry->bytes)
);

/* left: 0 the descriptor was closed, 1 the VM's process has gone */
TRACE_EVENT(ha_colo_detach,
	TP_PROTO(pid_t vm, bool gone),
	TP_ARGS(vm, gone),
	TP_STRUCT__entry(
		__field(pid_t, vm)
		__field(bool, gone)
	),
	TP_fast_assign(
		__entry->vm = vm;
		__entry->gone = gone;
	),
	TP_printk("vm=%d %s", __entry->vm, __entry->gone ? "gone" : "closed")
);

TRACE_EVENT(ha_colo_rotate,
	TP_PROTO(pid_t vm, u64 epoch, u64 dirty, u64 marks, u64 outside, u64 ns),
	TP_ARGS(vm, epoch, dirty, marks, outside, ns),
	TP_STRUCT__entry(
		__field(pid_t, vm)
		__field(u64, epoch)
		__field(u64, dirty)
		__field(u64, marks)
		__field(u64, outside)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->vm = vm;
		__entry->epoch = epoch;
		__entry->dirty = dirty;
		__entry->marks = marks;
		__entry->outside = outside;
		__entry->ns = ns;
	),
	TP_printk("vm=%d epoch=%llu dirty=%llu marks=%llu outside=%llu ns=%llu", __entry->vm,
		  __entry->epoch, __entry->dirty, __entry->marks, __entry->outside, __entry->ns)
);

TRACE_EVENT(ha_colo_gate,
	TP_PROTO(pid_t vm, u32 tokens, u32 slice_us, u32 bound_us),
	TP_ARGS(vm, tokens, slice_us, bound_us),
	TP_STRUCT__entry(
		__field(pid_t, vm)
		__field(u32, tokens)
		__field(u32, slice_us)
		__field(u32, bound_us)
	),
	TP_fast_assign(
		__entry->vm = vm;
		__entry->tokens = tokens;
		__entry->slice_us = slice_us;
		__entry->bound_us = bound_us;
	),
	TP_printk("vm=%d tokens=%u slice_us=%u bound_us=%u", __entry->vm, __entry->tokens,
		  __entry->slice_us, __entry->bound_us)
);

/* A vCPU has got a token after a wait. */
TRACE_EVENT(ha_colo_wait,
	TP_PROTO(u32 vcpu, u64 ns, bool token),
	TP_ARGS(vcpu, ns, token),
	TP_STRUCT__entry(
		__field(u32, vcpu)
		__field(u64, ns)
		__field(bool, token)
	),
	TP_fast_assign(
		__entry->vcpu = vcpu;
		__entry->ns = ns;
		__entry->token = token;
	),
	TP_printk("vcpu=%u ns=%llu %s", __entry->vcpu, __entry->ns,
		  __entry->token ? "token" : "let by")
);

#endif /* _COLO_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
