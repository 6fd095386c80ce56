import { connect, JSONCodec } from 'nats';
import { Client } from 'pg';
import { databaseAddress } from '@tandem/platform';
import type { Provider } from './provider';
import { scratchDir } from './scratch';

/** What every form of the provider must do: keep address and data when a server is taken away and brought back. */
export function providerSuite(provider: Provider, ports: { readonly postgres: number; readonly nats: number }): void {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => void (scratch = await scratchDir('provider')));
  afterAll(() => scratch.remove());

  it('brings PostgreSQL back at the same address with what was committed', async () => {
    const server = await provider.postgres({ port: ports.postgres, dir: `${scratch.path}/pg` });
    const query = async (sql: string) => {
      const client = new Client(databaseAddress(server.url));
      await client.connect();
      try {
        return (await client.query<{ n: number }>(sql)).rows;
      } finally {
        await client.end();
      }
    };
    try {
      await query('CREATE TABLE kept AS SELECT 7 AS n');
      await server.stop('at-once');
      await expect(query('SELECT 1 AS n')).rejects.toThrow();
      await server.start();
      expect(await query('SELECT n FROM kept')).toEqual([{ n: 7 }]);
    } finally {
      await server.dispose();
    }
  }, 60_000);

  it('brings NATS back at the same address with what JetStream stored', async () => {
    const server = await provider.nats({ port: ports.nats, dir: `${scratch.path}/nats` });
    const connected = () => connect({ servers: server.url, reconnect: false });
    try {
      const before = await connected();
      await (await before.jetstreamManager()).streams.add({ name: 'KEPT', subjects: ['kept'] });
      await before.jetstream().publish('kept', JSONCodec().encode(7));
      await server.stop('at-once');
      await expect(connected()).rejects.toThrow();
      await server.start();
      const after = await connected();
      const message = await (await after.jetstreamManager()).streams.getMessage('KEPT', { seq: 1 });
      expect(message.json()).toBe(7);
      await after.close();
    } finally {
      await server.dispose();
    }
  }, 60_000);
}
