import { streams } from '@tandem/contracts';
import { Consumption, consume, ensureDeadLetters } from '@tandem/messaging';
import { keepTrying, Logger, stableId } from '@tandem/platform';
import type { Backends } from './connect-backends';

/** Tells of each dead letter by an event, once, so that whoever follows the history sees that somebody must look. */
export async function followDeadLetters(
  { bus, log }: Pick<Backends, 'bus' | 'log'>,
  logger: Logger,
): Promise<Consumption> {
  await keepTrying(async () => void (await ensureDeadLetters(bus)));
  return consume(bus, {
    stream: streams.deadLetters,
    durable: 'dead-letter-log',
    handler: async ({ deadLetter: data }) => {
      if (!data) return;
      const id = stableId('dead-letter', data.stream, data.seq, data.consumer, data.subject);
      const meta = { actor: 'service:instance-manager' };
      await log.append(`alert:${data.stream}`, 'any', [{ id, type: 'MessageSetAside', data, meta }]);
      logger.error({ ...data }, 'A message was set aside');
    },
    onError: (err) => logger.warn({ err }, 'A dead letter is told later'),
    onDead: (about, err) => logger.error({ err, ...about }, 'A dead letter cannot be read'),
  });
}
