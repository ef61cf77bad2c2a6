/*
 * The guest: 64-bit code without an operating system, at GUEST_CODE in its memory and mapped twice,
 * at its physical addresses ("user") and in the upper half ("kernel": what the gate takes for one).
 */
	.section .rodata
	.globl guest_start, guest_end, guest_write, guest_spin, guest_halt, guest_lock, guest_vector
guest_start:

/* Adds one to byte 8 of each page listed: rdi list of page numbers, rsi how many; then exits. */
guest_write:
	test	%rsi, %rsi
	jz	2f
1:	mov	(%rdi), %rax
	shl	$12, %rax
	incb	8(%rax)
	add	$8, %rdi
	dec	%rsi
	jnz	1b
2:	out	%al, $0x10
	jmp	2b

/* Counts at (rdi) for ever: it is the only writer there. */
guest_spin:
	incq	(%rdi)
	jmp	guest_spin

/*
 * Works for rsi rounds, halts until the timer fires, and so on; counts rounds at (rdi).
 * rdx: ticks of the timer between two interrupts.
 */
guest_halt:
	mov	%rdx, %r8
	mov	$0x1b, %ecx		/* APIC base: x2APIC on */
	rdmsr
	or	$0xc00, %eax
	wrmsr
	xor	%edx, %edx
	mov	$0x80f, %ecx		/* spurious vector, enabled */
	mov	$0x1ff, %eax
	wrmsr
	mov	$0x83e, %ecx		/* divide by 1 */
	mov	$0xb, %eax
	wrmsr
	mov	$0x832, %ecx		/* timer: periodic, vector 0x40 */
	mov	$0x20040, %eax
	wrmsr
	mov	$0x838, %ecx
	mov	%r8, %rax
	wrmsr
3:	mov	%rsi, %r9
4:	dec	%r9
	jnz	4b
	incq	(%rdi)
	sti
	hlt
	cli
	jmp	3b

/*
 * A lock that is contended: rsi loops with it, in the kernel half, and rdx without it, in the user
 * half; counts at (rdi). The lock is a word that all vCPUs share.
 */
guest_lock:
	mov	$0x7000, %ebx
	movabs	$0xffffff8000000000, %r10
5:	lea	6f(%rip), %rax
	or	%r10, %rax
	jmp	*%rax
6:	mov	$1, %ecx
7:	xor	%eax, %eax
	lock cmpxchg %ecx, (%rbx)
	jz	8f
	pause
	jmp	7b
8:	mov	%rsi, %r9
9:	dec	%r9
	jnz	9b
	movl	$0, (%rbx)
	incq	(%rdi)
	lea	10f(%rip), %rax
	xor	%r10, %rax
	jmp	*%rax
10:	mov	%rdx, %r9
11:	dec	%r9
	jnz	11b
	jmp	5b

/* The timer's interrupt: end of interrupt, and back. */
guest_vector:
	push	%rax
	push	%rcx
	push	%rdx
	xor	%eax, %eax
	xor	%edx, %edx
	mov	$0x80b, %ecx
	wrmsr
	pop	%rdx
	pop	%rcx
	pop	%rax
	iretq
guest_end:
	.section .note.GNU-stack, "", @progbits
