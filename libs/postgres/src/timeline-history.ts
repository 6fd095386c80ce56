import { parseLsn } from './lsn';

/** Where a timeline was left for the next one. */
export interface TimelineSwitch {
  timeline: number;
  switchLsn: string;
}

/** The timeline that a node is on, with all that came before it, oldest first. */
export interface TimelineHistory {
  timeline: number;
  ancestors: TimelineSwitch[];
}

export const historyFileName = (timeline: number): string =>
  `${timeline.toString(16).toUpperCase().padStart(8, '0')}.history`;

/** Parses a history file of PostgreSQL: parent timeline, switch LSN, reason. */
export function parseHistory(timeline: number, text: string): TimelineHistory {
  const ancestors = text
    .split('\n')
    .map((line) => /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/i.exec(line))
    .filter((match) => match !== null)
    .map(([, parent, switchLsn]) => ({ timeline: Number(parent), switchLsn }));
  return { timeline, ancestors };
}

export type Comparison =
  /** Numbers and switches agree: by WAL alone no difference can be seen; the epoch of the branch decides (R9). */
  | { kind: 'same' }
  /** The local timeline is part of the other's past, which left it at `forkLsn`. */
  | { kind: 'ancestor'; forkLsn: string }
  /** Each has something that the other lacks, from `forkLsn` on. */
  | { kind: 'diverged'; forkLsn: string }
  | { kind: 'unrelated' };

/** R9: compares branches by where they switched, never by their numbers alone. */
export function compareHistories(local: TimelineHistory, other: TimelineHistory): Comparison {
  const path = (history: TimelineHistory) => [
    ...history.ancestors.map(({ timeline, switchLsn }) => ({ timeline, end: parseLsn(switchLsn), switchLsn })),
    { timeline: history.timeline, end: undefined, switchLsn: undefined },
  ];
  const [ours, theirs] = [path(local), path(other)];
  for (let i = 0; i < ours.length && i < theirs.length; i++) {
    const [a, b] = [ours[i], theirs[i]];
    if (a.timeline !== b.timeline) return i === 0 ? { kind: 'unrelated' } : forkBefore(theirs[i - 1].switchLsn);
    if (a.end === b.end) continue;
    if (a.end === undefined) return { kind: 'ancestor', forkLsn: b.switchLsn! };
    const forkLsn = b.end === undefined || a.end < b.end ? a.switchLsn! : b.switchLsn!;
    return { kind: 'diverged', forkLsn };
  }
  return { kind: 'same' };
}

/** Both left the same timeline at the same place, for different numbers. */
const forkBefore = (switchLsn: string | undefined): Comparison =>
  switchLsn === undefined ? { kind: 'unrelated' } : { kind: 'diverged', forkLsn: switchLsn };
