import { randomUUID } from 'node:crypto';
import { AppendResult, EventLog, inTransaction, NewEvent, StoredEvent } from '@tandem/event-log';
import {
  absentInstance,
  allocationStream,
  emptyLedger,
  evolveInstance,
  evolveLedger,
  InstanceState,
  Ledger,
} from '@tandem/lifecycle';
import { pause, Rejection, Transient, UnknownOutcome } from '@tandem/platform';
import type { Pool } from 'pg';

export interface KnownInstance {
  readonly state: InstanceState;
  /** Of its stream; 0 = none yet. */
  readonly version: number;
}

/** Events for one stream, decided on one version of it. */
export interface StreamAppend {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly type: string;
  readonly data: unknown;
}

const APPEND_ATTEMPTS = 4;
const APPEND_RETRY_MS = 250;
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

  /**
   * Appends to several streams in one transaction, or to none; the rejection is `version-conflict`. What got no answer
   * is sent again with the same ids, which the log takes once. Returns when this copy has read it back.
   */
  async append(appends: readonly StreamAppend[], operationId: string): Promise<Rejection | null> {
    const meta = { actor: 'service:instance-manager', correlationId: operationId };
    const events = appends.map(({ type, data }): NewEvent => ({ id: randomUUID(), type, data, meta }));
    const result = await this.appendOnce(appends, events);
    if (!result.ok) {
      await this.newsOrLimit(APPEND_RETRY_MS);
      return result.rejection;
    }
    await this.reached(Math.max(...result.positions));
    return null;
  }

  private async appendOnce(appends: readonly StreamAppend[], events: readonly NewEvent[]): Promise<AppendResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transaction(appends, events);
      } catch (error) {
        if (error instanceof Conflict) return { ok: false, rejection: error.rejection };
        const passing = error instanceof Transient || error instanceof UnknownOutcome;
        if (!passing || attempt === APPEND_ATTEMPTS) throw error;
        await pause(APPEND_RETRY_MS);
      }
    }
  }

  private transaction(appends: readonly StreamAppend[], events: readonly NewEvent[]): Promise<AppendResult> {
    return inTransaction(this.pool, 'append', async (client) => {
      let last!: AppendResult & { ok: true };
      for (const [index, { stream, expectedVersion }] of appends.entries()) {
        const result = await this.log.appendWithin(client, stream, expectedVersion, [events[index]]);
        // Thrown to roll back what this transaction appended to other streams.
        if (!result.ok) throw new Conflict(result.rejection);
        last = result;
      }
      return last;
    });
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

class Conflict extends Error {
  constructor(readonly rejection: Rejection) {
    super(rejection.detail);
  }
}
