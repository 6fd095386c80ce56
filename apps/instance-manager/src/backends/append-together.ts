import { AppendResult, EventLog, inTransaction, NewEvent } from '@tandem/event-log';
import { pause, Permanent, Rejection, Transient, UnknownOutcome } from '@tandem/platform';
import type { ClientBase, Pool } from 'pg';

/** An event for one stream, decided on one version of it. */
export interface StreamAppend {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly type: string;
  readonly data: unknown;
}

const ATTEMPTS = 4;
const RETRY_MS = 250;

/** What else belongs to the same transaction; it may run more than once. */
export type Along = (client: ClientBase) => Promise<void>;

/**
 * Appends to several streams in one transaction, or to none. `events` are the appends with their ids: what got no
 * answer is sent again with the same ids, which the log takes once.
 */
export async function appendTogether(
  log: EventLog,
  pool: Pool,
  { appends, events, along }: { appends: readonly StreamAppend[]; events: readonly NewEvent[]; along?: Along },
): Promise<AppendResult> {
  const attempt = (): Promise<AppendResult> =>
    inTransaction(pool, 'append', async (client) => {
      let last!: AppendResult;
      for (const [index, { stream, expectedVersion }] of appends.entries()) {
        last = await log.appendWithin(client, stream, expectedVersion, [events[index]]);
        // Thrown to roll back what this transaction appended to other streams.
        if (!last.ok) throw new Conflict(last.rejection);
      }
      await along?.(client);
      return last;
    });
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Conflict) return { ok: false, rejection: error.rejection };
      const passing = error instanceof Transient || error instanceof UnknownOutcome;
      if (!passing || attempts === ATTEMPTS) throw error;
      await pause(RETRY_MS);
    }
  }
}

/** A Failure, so that the event log passes it on as it is. */
class Conflict extends Permanent {
  constructor(readonly rejection: Rejection) {
    super(rejection.code, rejection.detail);
  }
}
