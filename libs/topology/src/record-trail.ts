import { streams, topologyRecord } from '@tandem/contracts';
import { Bus, Consumption, Delivery, consume } from '@tandem/messaging';
import { Permanent } from '@tandem/platform';
import { RecordVersion } from './topology-store';

export interface RecordTrailOptions {
  /** Appends the events of this version; repeated after a crash, so its effect must be idempotent by the version's id. */
  readonly onVersion: (version: RecordVersion) => Promise<void>;
  /** A message that is not a record is skipped; somebody must look. */
  readonly onDead: (delivery: Omit<Delivery, 'body'>, error: unknown) => void;
  readonly onError?: (error: unknown) => void;
  /** The name under which the server keeps the place; one for all copies of the orchestrator. */
  readonly durable?: string;
}

/** A killed server forgets acknowledgements; what it then takes for being under way comes again after this time (ms). */
const ACK_WAIT_MS = 2000;

/**
 * R11: every version of every record, in order, acknowledged after `onVersion` resolved. While the event log is away
 * the same version is tried again, with pauses up to 1 s, for ever: none is skipped and none overtakes another.
 */
export function followRecordTrail(bus: Bus, options: RecordTrailOptions): Consumption {
  return consume(bus, {
    stream: streams.topology,
    durable: options.durable ?? 'record-trail',
    ackWaitMs: ACK_WAIT_MS,
    handler: async ({ seq, body }) => {
      const parsed = topologyRecord.safeParse(body);
      if (!parsed.success)
        throw new Permanent('topology-record-unreadable', `sequence ${seq} is not a topology record`, {
          cause: parsed.error,
        });
      await options.onVersion({ seq, record: parsed.data });
    },
    onDead: options.onDead,
    onError: options.onError,
  });
}
