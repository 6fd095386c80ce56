import { connectBus } from '@tandem/messaging';
import { databaseAddress } from '@tandem/platform';
import { consumeEvents, openControlPool } from '..';

/**
 * A consumer with one effect per event: a row. Every so many events it ends itself by SIGKILL, in turn before the commit
 * and between the commit and the acknowledgement.
 */
async function main(): Promise<void> {
  const [natsUrl, databaseUrl, every] = process.argv.slice(2);
  const killEvery = Number(every);
  const pool = openControlPool(databaseAddress(databaseUrl), { name: 'counting-consumer' });
  const bus = await connectBus({ url: natsUrl, name: 'counting-consumer' });
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  let handled = 0;
  consumeEvents({
    bus,
    pool,
    consumer: 'counting',
    // A killed consumer's event comes again after this time.
    ackWaitMs: 300,
    handler: async (event, client) => {
      await client.query('INSERT INTO effects VALUES ($1)', [event.position]);
      handled += 1;
      if (handled % killEvery !== 0) return;
      if (event.position % 2 === 0) die();
      const { query } = client;
      client.query = (async (...statement: Parameters<typeof query>) => {
        const result: unknown = await query.apply(client, statement);
        if (statement[0] === 'COMMIT') die();
        return result;
      }) as typeof query;
    },
    onError: (error) => console.error(error),
  });
}

void main();
