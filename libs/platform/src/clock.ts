import { readFileSync } from 'node:fs';

/** Milliseconds of CLOCK_MONOTONIC: the only clock for silence, leases and deadlines. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The wall clock as ISO-8601 UTC: for people and records, never for a decision. */
export const wallIso = (): string => new Date().toISOString();

/** Identity of this boot of the machine: pids and start times of another boot mean nothing. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
