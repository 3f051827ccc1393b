import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

export const mebibyte = 1024 ** 2;

/** A process's memory by the kernel's own words, in bytes: now, or the highest mark. Linux only. */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
	return z.coerce.number().positive().parse(kibibytes) * 1024;
}

/** What a process has now, and a function that tells how much it has grown since at most. Both in bytes. */
export function watchMemory(pid: number): { before: number; grown: () => number } {
	const before = memoryOf(pid, 'VmRSS');
	// From now on the kernel notes a new highest mark.
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
	return { before, grown: () => memoryOf(pid, 'VmHWM') - before };
}
