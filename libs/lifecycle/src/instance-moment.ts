import type { TopologyRecord } from '@tandem/contracts';
import { absentInstance, evolveInstance, InstanceState } from './instance-state';
import { evolveOperations, RunningOperation } from './running-operations';

/** An event of the log as far as a replay needs it. */
export interface HistoryEvent {
  readonly position: number;
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
  /** When it was appended, ISO-8601 UTC. */
  readonly at: string;
}

/** Everything that the events tell of one instance after one of them. */
export interface InstanceMoment {
  /** Of the last event; 0 = none yet. */
  readonly position: number;
  /** When that event happened; null = none yet. */
  readonly at: string | null;
  readonly instance: InstanceState;
  /** The newest version of the topology record and its revision in the store. */
  readonly topology: { readonly revision: number; readonly record: TopologyRecord } | null;
  readonly operations: readonly RunningOperation[];
}

export const beforeAnything: InstanceMoment = {
  position: 0,
  at: null,
  instance: absentInstance,
  topology: null,
  operations: [],
};

/** The fold of an instance's events: pure and total, and the same for the live view and for any past moment. */
export function evolveMoment(moment: InstanceMoment, event: HistoryEvent): InstanceMoment {
  return {
    position: event.position,
    at: happenedAt(event),
    instance: event.stream.startsWith('instance:') ? evolveInstance(moment.instance, event) : moment.instance,
    topology: versionIn(event) ?? moment.topology,
    operations: evolveOperations(moment.operations, event),
  };
}

/**
 * When an event happened: R11 lets a version be decided long before the log takes it, so its decision's own time counts.
 * Wall clocks of several hosts: good for people, and never for the order, which is that of the positions.
 */
export function happenedAt(event: HistoryEvent): string {
  const decided = versionIn(event)?.record.decision.at;
  return decided !== undefined && decided !== '' && decided < event.at ? decided : event.at;
}

/**
 * Searches a history, event by event, for the moment `at` (ISO-8601 UTC in milliseconds, or a position): the state after
 * the last event that had happened by then. What stands before that event counts too, even if a clock was ahead.
 */
export class MomentSearch {
  private replayed = beforeAnything;
  found = beforeAnything;

  constructor(private readonly at: string | number) {}

  take(event: HistoryEvent): void {
    this.replayed = evolveMoment(this.replayed, event);
    const { at } = this;
    const inTime = typeof at === 'number' ? event.position <= at : happenedAt(event) <= at;
    if (inTime) this.found = this.replayed;
  }
}

/** The version of the record that an event tells, where it tells one. */
export function versionIn({ data }: HistoryEvent): InstanceMoment['topology'] {
  const { revision, record } = data as { revision?: number; record?: TopologyRecord };
  return revision !== undefined && record !== undefined ? { revision, record } : null;
}
