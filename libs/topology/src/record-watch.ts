import { InstanceId, streams, subjects } from '@tandem/contracts';
import { Backoff } from '@tandem/platform';
import { timings } from '@tandem/protocol';
import {
  AckPolicy,
  ConsumerEvents,
  ConsumerMessages,
  DeliverPolicy,
  JetStreamManager,
  JsMsg,
  NatsConnection,
} from 'nats';
import { nanos } from 'nats';
import { decodeRecord } from './record-codec';
import { RecordVersion, Watch } from './topology-store';

/** Two heartbeats missed (2 s) begin a new session; the server forgets an abandoned consumer after INACTIVE_MS. */
const HEARTBEAT_MS = 1000;
const INACTIVE_MS = 10_000;
const TROUBLE: readonly string[] = [
  ConsumerEvents.HeartbeatsMissed,
  ConsumerEvents.ConsumerDeleted,
  ConsumerEvents.ConsumerNotFound,
  ConsumerEvents.StreamNotFound,
  ConsumerEvents.NoResponders,
];

export interface WatchParts {
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly saw: (version: RecordVersion) => void;
  /** A message on a record's subject that is not a record; it is skipped. */
  readonly onUnreadable: (error: unknown) => void;
}

/**
 * Delivers the last version of each record, then each newer one, by an ephemeral consumer. Whenever the connection or
 * the consumer is in doubt a new session begins with the last versions again: nothing newest is missed, versions in
 * between may be (the record trail has them all). A watch that is silent says nothing about anybody.
 */
export class RecordWatch implements Watch {
  readonly ready: Promise<void>;
  private markReady!: () => void;
  private readonly delivered = new Map<InstanceId, string>();
  private readonly stopped = new AbortController();
  /** Aborted, and replaced, whenever the connection goes or comes back. */
  private wake = new AbortController();
  private readonly backoff = new Backoff({ minMs: 20, maxMs: 1000 });
  private readonly running: Promise<void>;

  constructor(
    private readonly parts: WatchParts,
    private readonly what: InstanceId | 'all',
    private readonly onVersion: (version: RecordVersion) => void,
  ) {
    this.ready = new Promise((resolve) => (this.markReady = resolve));
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const statuses = this.parts.nc.status();
    void this.wakeOnConnectionChange(statuses);
    while (!this.stopped.signal.aborted && !this.parts.nc.isClosed()) {
      // A session that fails is begun again; what it could not tell is told by the next one.
      if (this.parts.nc.info) await this.session().catch(() => undefined);
      await this.backoff.pause(AbortSignal.any([this.wake.signal, this.stopped.signal]));
    }
    (statuses as unknown as { stop(): void }).stop();
  }

  private async wakeOnConnectionChange(statuses: AsyncIterable<{ type: string }>): Promise<void> {
    for await (const { type } of statuses) {
      if (type !== 'disconnect' && type !== 'reconnect') continue;
      if (type === 'reconnect') this.backoff.reset();
      const asleep = this.wake;
      this.wake = new AbortController();
      asleep.abort();
    }
  }

  private async session(): Promise<void> {
    const { nc, jsm } = this.parts;
    const trouble = new AbortController();
    const end = AbortSignal.any([trouble.signal, this.wake.signal, this.stopped.signal]);
    const info = await jsm.consumers.add(streams.topology, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.LastPerSubject,
      filter_subject: this.what === 'all' ? subjects.allTopology : subjects.topology(this.what),
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(INACTIVE_MS),
    });
    if (info.num_pending === 0) this.markReady();
    // The library's own limit of 5 s would be the price of one request lost with a dying connection.
    const js = nc.jetstream({ timeout: timings.casTimeout });
    const consumer = await js.consumers.get(streams.topology, info.name);
    const messages = await consumer.consume({ callback: (m) => this.deliver(m), idle_heartbeat: HEARTBEAT_MS });
    void messages.status().then((iterator) => abortOn(iterator, TROUBLE, trouble));
    this.backoff.reset();
    await ended(messages, end);
    await messages.close();
    void jsm.consumers.delete(streams.topology, info.name).catch(() => undefined);
  }

  private deliver(message: JsMsg): void {
    try {
      this.tell({ seq: message.seq, record: decodeRecord(message.data, `sequence ${message.seq}`) });
    } catch (error) {
      this.parts.onUnreadable(error);
    }
    if (message.info.pending === 0) this.markReady();
  }

  private tell(version: RecordVersion): void {
    const { instanceId, id } = version.record;
    const key = `${version.seq} ${id}`;
    if (this.delivered.get(instanceId) === key) return;
    this.delivered.set(instanceId, key);
    this.parts.saw(version);
    // Off the library's stack, which would swallow an error of the listener and end the session instead.
    queueMicrotask(() => !this.stopped.signal.aborted && this.onVersion(version));
  }
}

async function abortOn(
  iterator: AsyncIterable<{ type: string }>,
  types: readonly string[],
  controller: AbortController,
): Promise<void> {
  for await (const { type } of iterator) if (types.includes(type)) controller.abort();
}

async function ended(messages: ConsumerMessages, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await Promise.race([
    messages.closed(),
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  ]);
}
