import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Permanent } from '@tandem/platform';
import type { NodeContext } from './node-options';
import { historyFileName, parseHistory, type TimelineHistory } from './timeline-history';
import { mustRun } from './tool';

export interface ControlData {
  /** As PostgreSQL words it: 'in production', 'shut down', 'in archive recovery', 'shut down in recovery' ... */
  state: string;
  systemIdentifier: string;
  latestCheckpointLsn: string;
  timeline: number;
  minRecoveryTimeline: number;
}

export function parseControlData(text: string): ControlData {
  const field = (name: string): string => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
    if (line === undefined) throw new Permanent('control-data', `pg_controldata does not tell "${name}"`);
    return line.slice(name.length + 1).trim();
  };
  return {
    state: field('Database cluster state'),
    systemIdentifier: field('Database system identifier'),
    latestCheckpointLsn: field('Latest checkpoint location'),
    timeline: Number(field("Latest checkpoint's TimeLineID")),
    minRecoveryTimeline: Number(field("Min recovery ending loc's timeline")),
  };
}

/** What pg_control holds; of a running server it lags behind. */
export async function readControlData(node: NodeContext): Promise<ControlData> {
  return parseControlData(await mustRun(node, 'pg_controldata', ['-D', node.paths.data], 5_000));
}

/** R15: LSN of the checkpoint that a clean shutdown ended with; null when the shutdown was not clean. */
export async function readShutdownLsn(node: NodeContext): Promise<string | null> {
  const { state, latestCheckpointLsn } = await readControlData(node);
  return state === 'shut down' ? latestCheckpointLsn : null;
}

async function newestHistoryTimeline(node: NodeContext): Promise<number> {
  const names = await readdir(join(node.paths.data, 'pg_wal'));
  const numbers = names.filter((name) => /^[0-9A-F]{8}\.history$/.test(name)).map((name) => parseInt(name, 16));
  return Math.max(0, ...numbers);
}

/** History of one timeline as the local pg_wal tells it; a timeline without a file is the first one. */
export async function readLocalHistory(node: NodeContext, timeline: number): Promise<TimelineHistory> {
  if (timeline === 1) return { timeline, ancestors: [] };
  return parseHistory(timeline, await readFile(join(node.paths.data, 'pg_wal', historyFileName(timeline)), 'utf8'));
}

/**
 * The branch that a stopped data directory is on. One that was writing is on its newest history: it wrote that file
 * itself when it was promoted, perhaps too late for a checkpoint. A standby may hold histories it has not reached.
 */
export async function readStoppedHistory(node: NodeContext): Promise<TimelineHistory> {
  const control = await readControlData(node);
  const wasWriting = ['in production', 'shut down', 'in crash recovery'].includes(control.state);
  const reached = Math.max(control.timeline, control.minRecoveryTimeline);
  return readLocalHistory(node, wasWriting ? Math.max(reached, await newestHistoryTimeline(node)) : reached);
}
