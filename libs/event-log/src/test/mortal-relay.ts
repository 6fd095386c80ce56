import { connectBus } from '@tandem/messaging';
import { databaseAddress } from '@tandem/platform';
import { startRelay } from '..';

/** A relay that ends itself by SIGKILL: at a publish, by its number, or after so many milliseconds. */
async function main(): Promise<void> {
  const [natsUrl, databaseUrl, dieAt, after] = process.argv.slice(2);
  const bus = await connectBus({ url: natsUrl, name: 'mortal-relay' });
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  const dieAfter = Number(after);
  let publishes = 0;
  const jetstream = bus.nc.jetstream();
  const publish = jetstream.publish.bind(jetstream);
  jetstream.publish = async (...request) => {
    publishes += 1;
    if (publishes === dieAfter && dieAt === 'sent') {
      // The message has left and nobody hears its acknowledgement.
      void publish(...request).catch(() => undefined);
      await bus.nc.flush();
      die();
    }
    const answer = await publish(...request);
    if (publishes === dieAfter && dieAt === 'acknowledged') die();
    return answer;
  };
  bus.nc.jetstream = () => jetstream;
  startRelay({ database: databaseAddress(databaseUrl), bus, onError: (error) => console.error(error) });
  if (dieAt === 'any-moment') setTimeout(die, dieAfter);
}

void main();
