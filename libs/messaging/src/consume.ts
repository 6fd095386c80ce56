import { AckPolicy, DeliverPolicy, nanos, type Consumer, type JsMsg } from 'nats';
import { Backoff } from '@tandem/platform';
import type { Bus } from './bus';
import { streams } from '@tandem/contracts';
import { keepDeadLetter } from './dead-letters';
import { defaultAckWaitMs, type SetAside, settleMessage, type SettleOptions } from './settle-message';

export interface ConsumeOptions extends SettleOptions {
  readonly stream: string;
  /** The name under which the server remembers what was acknowledged; copies with one name share the work. */
  readonly durable: string;
  /** One subject filter (nats-server 2.9 takes no more); all subjects of the stream without it. */
  readonly filter?: string;
  /** How many messages may be under way; 1, the default, keeps them in order even across redeliveries and copies. */
  readonly maxAckPending?: number;
}

export interface Consumption {
  /** Finishes the message in hand, gives the others back, and ends. The durable keeps its place. */
  stop(): Promise<void>;
}

/**
 * Consumes a stream through a durable pull consumer: each message is acknowledged after its handler. It outlives
 * restarts of NATS and a stream that is not there (yet): it backs off, at most 2 s, and goes on until `stop()`.
 */
export function consume(bus: Bus, options: ConsumeOptions): Consumption {
  const stopping = new AbortController();
  const running = run(bus, options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function run(bus: Bus, options: ConsumeOptions, stopping: AbortSignal): Promise<void> {
  // A dead letter that cannot be read is given up where it lies: it would come back for ever.
  const isDead = options.stream === streams.deadLetters;
  const setAside: SetAside = isDead
    ? async () => undefined
    : (message, failure) => keepDeadLetter(bus, message, failure);
  const backoff = new Backoff({ minMs: 50, maxMs: 2_000 });
  while (!stopping.aborted && !bus.nc.isClosed()) {
    try {
      const consumer = await durable(bus, options);
      for (;;) {
        await pull(consumer, options, setAside, stopping);
        backoff.reset();
        if (stopping.aborted || bus.nc.isClosed()) return;
      }
    } catch (error) {
      if (!stopping.aborted) options.onError?.(error);
      await backoff.pause(stopping);
    }
  }
}

async function durable(bus: Bus, options: ConsumeOptions): Promise<Consumer> {
  const manager = await bus.nc.jetstreamManager({ checkAPI: false });
  await manager.consumers.add(options.stream, {
    durable_name: options.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(options.ackWaitMs ?? defaultAckWaitMs),
    max_ack_pending: options.maxAckPending ?? 1,
    max_deliver: -1,
    ...(options.filter ? { filter_subject: options.filter } : {}),
  });
  return bus.nc.jetstream().consumers.get(options.stream, options.durable);
}

/** One pull: ends after 5 s at the latest, so a lost request costs no more than that. */
async function pull(
  consumer: Consumer,
  options: ConsumeOptions,
  setAside: SetAside,
  stopping: AbortSignal,
): Promise<void> {
  const messages = await consumer.fetch({ max_messages: 64, expires: 5_000 });
  const end = (): void => messages.stop();
  stopping.addEventListener('abort', end, { once: true });
  if (stopping.aborted) end();
  const underWay: Promise<void>[] = [];
  try {
    for await (const message of messages as AsyncIterable<JsMsg>) {
      if (stopping.aborted) message.nak();
      else if ((options.maxAckPending ?? 1) === 1) await settleMessage(message, options, setAside);
      else underWay.push(settleMessage(message, options, setAside));
    }
  } finally {
    stopping.removeEventListener('abort', end);
    await Promise.all(underWay);
  }
}
