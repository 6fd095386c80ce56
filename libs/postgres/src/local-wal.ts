import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDirectory } from '@tandem/host';
import { readControlData, readStoppedHistory } from './control-data';
import { formatLsn, parseLsn } from './lsn';
import type { NodeContext } from './node-options';
import type { TimelineHistory } from './timeline-history';
import { tool } from './tool';

const SEGMENT_BITS = 24n; // 16 MB, what initdb makes.

export interface WalEnd {
  lsn: string;
  /** False where WAL could not be read to its end: then `lsn` is where the last segment ends, so that nothing is missed. */
  exact: boolean;
}

interface Segment {
  name: string;
  timeline: number;
  number: bigint;
}

function segmentOf(name: string): Segment | undefined {
  if (!/^[0-9A-F]{24}$/.test(name)) return undefined;
  const [timeline, high, low] = [0, 8, 16].map((at) => parseInt(name.slice(at, at + 8), 16));
  return { name, timeline, number: BigInt(high) * (1n << (32n - SEGMENT_BITS)) + BigInt(low) };
}

/** The segments of one timeline from the one that holds `from` on, in their order. */
async function segmentsFrom(wal: string, timeline: number, from: string): Promise<Segment[]> {
  const first = parseLsn(from) >> SEGMENT_BITS;
  return (await readdir(wal))
    .flatMap((name) => segmentOf(name) ?? [])
    .filter((segment) => segment.timeline === timeline && segment.number >= first)
    .sort((a, b) => Number(a.number - b.number));
}

/**
 * Where a stopped node's WAL ends on its own timeline: what it wrote or received, whether or not it was replayed. The
 * segments are named, because pg_waldump without names takes the size of a segment from any file of the directory, which
 * may be one that was prepared for later and holds zeros. What it cannot read is never taken for the end (R14).
 */
export async function localWalEnd(node: NodeContext, history: TimelineHistory): Promise<WalEnd> {
  const control = await readControlData(node);
  const start =
    control.timeline === history.timeline
      ? control.latestCheckpointLsn
      : (history.ancestors.at(-1)?.switchLsn ?? control.latestCheckpointLsn);
  const wal = join(node.paths.data, 'pg_wal');
  const segments = await segmentsFrom(wal, history.timeline, start);
  const [first, last] = [segments[0], segments.at(-1)];
  if (!first || !last) return { lsn: start, exact: false };
  // The end of WAL is an error for pg_waldump; the statistics before it tell how far it got.
  const args = ['-p', wal, '-t', String(history.timeline), '-s', start, '--stats', first.name, last.name];
  const { stdout } = await tool(node, 'pg_waldump', args, 60_000);
  const end = /WAL statistics between \S+ and ([0-9A-F]+\/[0-9A-F]+)/.exec(stdout)?.[1];
  if (end) return { lsn: end, exact: true };
  return { lsn: formatLsn((last.number + 1n) << SEGMENT_BITS), exact: false };
}

/** What earlier rewinds discarded stays for as many of them; more would fill the disk for nobody. */
const KEPT_EPOCHS = 5;

async function forgetOldest(walKept: string): Promise<void> {
  const epochs = (await readdir(walKept)).map(Number).sort((a, b) => b - a);
  for (const epoch of epochs.slice(KEPT_EPOCHS)) {
    await rm(join(walKept, String(epoch)), { recursive: true, force: true });
  }
}

/**
 * R9: keeps the segments that hold WAL from `fromLsn` on, with the history files, before it is thrown away. Copies:
 * pg_rewind writes into the files of pg_wal. Returns where they lie.
 */
export async function keepWal(node: NodeContext, { epoch, fromLsn }: { epoch: number; fromLsn: string }) {
  const directory = join(node.paths.walKept, String(epoch));
  await ensureDirectory(node.paths.walKept, { owner: node.user });
  await ensureDirectory(directory, { owner: node.user });
  const history = await readStoppedHistory(node);
  const first = parseLsn(fromLsn) >> SEGMENT_BITS;
  const last = parseLsn((await localWalEnd(node, history)).lsn) >> SEGMENT_BITS;
  const wal = join(node.paths.data, 'pg_wal');
  for (const name of await readdir(wal)) {
    const segment = segmentOf(name);
    const wanted = segment ? segment.number >= first && segment.number <= last : name.endsWith('.history');
    if (wanted) await copyFile(join(wal, name), join(directory, name));
  }
  await forgetOldest(node.paths.walKept);
  return directory;
}

/** Bytes of WAL between two positions, never negative. */
export function bytesBetween(from: string, to: string): number {
  const difference = parseLsn(to) - parseLsn(from);
  return difference > 0n ? Number(difference) : 0;
}
