import { connectBus } from '@tandem/messaging';
import { databaseAddress } from '@tandem/platform';
import { startRelay } from '..';

/** A relay that ends itself by SIGKILL at the moments that its environment names, counted in publishes. */
async function main(): Promise<void> {
  const { NATS_URL = '', DATABASE_URL = '', DIE_AT = '', DIE_AFTER = '' } = process.env;
  const bus = await connectBus({ url: NATS_URL, name: 'mortal-relay' });
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  const dieAfter = Number(DIE_AFTER);
  let publishes = 0;
  const jetstream = bus.nc.jetstream();
  const publish = jetstream.publish.bind(jetstream);
  jetstream.publish = async (...request) => {
    publishes += 1;
    if (publishes === dieAfter && DIE_AT === 'sent') {
      // The message has left and nobody hears its acknowledgement.
      void publish(...request).catch(() => undefined);
      await bus.nc.flush();
      die();
    }
    const answer = await publish(...request);
    if (publishes === dieAfter && DIE_AT === 'acknowledged') die();
    return answer;
  };
  bus.nc.jetstream = () => jetstream;
  startRelay({ database: databaseAddress(DATABASE_URL), bus, onError: (error) => console.error(error) });
  if (DIE_AT === 'any-moment') setTimeout(die, dieAfter);
}

void main();
