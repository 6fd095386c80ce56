import { randomUUID } from 'node:crypto';
import type { EventLog, NewEvent, StoredEvent } from '@tandem/event-log';
import {
  absentInstance,
  allocationStream,
  emptyLedger,
  evolveInstance,
  evolveLedger,
  InstanceState,
  Ledger,
} from '@tandem/lifecycle';
import { pause, Rejection, Transient } from '@tandem/platform';
import type { Pool } from 'pg';
import { Along, appendTogether, StreamAppend } from './append-together';

export interface KnownInstance {
  readonly state: InstanceState;
  /** Of its stream; 0 = none yet. */
  readonly version: number;
}

/** After a conflict: what conflicted is on its way to this copy. */
const CONFLICT_PAUSE_MS = 250;
/** How long a decision waits until this copy has read what was just appended. */
const READ_BACK_MS = 5_000;

export const instanceStream = (instanceId: string): string => `instance:${instanceId}`;

/** Instances and what is allotted to them, as the event log tells it; appends are checked against versions there. */
export class InstanceStore {
  private readonly instances = new Map<string, KnownInstance>();
  private ledgerNow: Ledger = emptyLedger;
  private position = 0;
  private readonly watchers = new Set<() => void>();
  caughtUp = false;

  constructor(
    private readonly log: EventLog,
    private readonly pool: Pool,
  ) {}

  get ledger(): Ledger {
    return this.ledgerNow;
  }

  get(instanceId: string): KnownInstance {
    return this.instances.get(instanceId) ?? { state: absentInstance, version: 0 };
  }

  ids(): string[] {
    return [...this.instances.keys()];
  }

  /** Called for each event after it has been applied. */
  onApplied(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  apply(event: StoredEvent): void {
    const [category, id] = event.stream.split(':');
    if (event.stream === allocationStream) this.ledgerNow = evolveLedger(this.ledgerNow, event);
    if (category === 'instance') {
      this.instances.set(id, { state: evolveInstance(this.get(id).state, event), version: event.version });
    }
    this.position = event.position;
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Reads up to what the stream holds now, so that nothing is refused that another copy has long allowed. */
  async refresh(stream: string): Promise<void> {
    const known = stream === allocationStream ? this.ledgerNow.version : this.get(stream.split(':')[1]).version;
    const newer = await this.log.readStream(stream, { fromVersion: known + 1 });
    const last = newer.at(-1);
    if (last) await this.reached(last.position);
  }

  /**
   * Appends to several streams in one transaction, or to none; the rejection is `version-conflict`. What got no answer
   * is sent again with the same ids, which the log takes once. Returns when this copy has read it back.
   */
  async append(appends: readonly StreamAppend[], operationId: string, along?: Along): Promise<Rejection | null> {
    const meta = { actor: 'service:instance-manager', correlationId: operationId };
    const events = appends.map(({ type, data }): NewEvent => ({ id: randomUUID(), type, data, meta }));
    const result = await appendTogether(this.log, this.pool, { appends, events, along });
    if (!result.ok) {
      await this.newsOrLimit(CONFLICT_PAUSE_MS);
      return result.rejection;
    }
    await this.reached(Math.max(...result.positions));
    return null;
  }

  private async reached(position: number): Promise<void> {
    const endMs = performance.now() + READ_BACK_MS;
    while (this.position < position) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new Transient('projection-behind', 'what was appended has not been read back yet');
      await this.newsOrLimit(leftMs);
    }
  }

  private async newsOrLimit(limitMs: number): Promise<void> {
    const news = new AbortController();
    const forget = this.onApplied(() => news.abort());
    await pause(limitMs, news.signal);
    forget();
  }
}
