import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { allEvents, TopologyRecord } from '@tandem/contracts';
import { EventLog, migrate, openControlPool } from '@tandem/event-log';
import { Bus, connectBus } from '@tandem/messaging';
import { databaseAddress } from '@tandem/platform';
import { eventually, localProvider, scratchDir, TestServer } from '@tandem/testkit';
import { openTopologyStore, TopologyStore } from '@tandem/topology';
import { compareLogWithRecords } from './compare-log-with-records';

const ids = ['pg-aaaaaaaa', 'pg-bbbbbbbb'] as const;
const first = (instanceId: string): TopologyRecord => ({
  schemaVersion: 1,
  id: '',
  prevId: null,
  instanceId,
  edition: 'ha',
  mode: 'semi-sync',
  epoch: 1,
  state: 'promoting',
  primary: `${instanceId}-n1`,
  syncSet: [],
  nodes: {},
  incarnations: {},
  branch: null,
  decision: { row: 'test/row', because: 'of the test', by: 'test', at: '2026-01-01T00:00:00.000Z', facts: {} },
});

describe('the comparison of the log with the topology records', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let nats: TestServer;
  let database: TestServer;
  let bus: Bus;
  let pool: Pool;
  let log: EventLog;
  let topology: TopologyStore;

  beforeAll(async () => {
    scratch = await scratchDir('check');
    [nats, database] = await Promise.all([
      localProvider.nats({ port: 21_351, dir: `${scratch.path}/nats` }),
      localProvider.postgres({ port: 21_350, dir: `${scratch.path}/pg` }),
    ]);
    await migrate(databaseAddress(database.url));
    pool = openControlPool(databaseAddress(database.url), { name: 'test' });
    log = new EventLog({ pool, registry: allEvents });
    bus = await connectBus({ url: nats.url, name: 'test' });
    topology = await openTopologyStore(bus.nc, { role: 'creator', onReset: () => 'accept' });
    for (let n = 0; n < 6; n += 1) for (const id of ids) await version(id, { epoch: n + 1 });
  }, 60_000);
  afterAll(async () => {
    await topology?.close();
    await bus?.close();
    await pool?.end();
    await Promise.all([nats?.dispose(), database?.dispose()]);
    await scratch?.remove();
  });

  /** A version of the record and, unless the log is to miss it, its event. */
  async function version(instanceId: string, change: Partial<TopologyRecord>, logged = true): Promise<() => unknown> {
    const based = await topology.read(instanceId);
    const next = {
      ...(based?.record ?? first(instanceId)),
      ...change,
      id: randomUUID(),
      prevId: based?.record.id ?? null,
    };
    const answer = await topology.cas({ based, next });
    if (answer.outcome !== 'done') throw new Error(answer.outcome);
    const data = { revision: answer.version.seq, record: answer.version.record };
    const event = { id: next.id, type: 'PrimaryConfirmed', data, meta: { actor: 'test' } };
    const write = () => log.append(`topology:${instanceId}`, 'any', [event]);
    if (logged) await write();
    return write;
  }
  const check = (boundMs = 0) => compareLogWithRecords(bus, log, boundMs);
  const found = async () => (await check()).differences.map(({ instanceId, what }) => [instanceId, what]);

  it('finds a log that tells every version of every record to be its equal', async () => {
    expect(await check()).toEqual({ records: 2, versions: 12, events: 12, differences: [] });
  });

  it('waits for a version that is still on its way into the log', async () => {
    const write = await version(ids[0], { epoch: 7 }, false);
    expect(await found()).toEqual([[ids[0], 'not-logged']]);
    const looks = jest.spyOn(log, 'readAll');
    const checking = check(10_000);
    // A look takes two pages, the second one empty.
    await eventually('it looks again', () => looks.mock.calls.length > 2);
    await write();
    expect((await checking).differences).toEqual([]);
  });

  it('finds an event whose content was changed afterwards, and one that is gone', async () => {
    const change = `UPDATE events SET data = jsonb_set(data, '{record,epoch}', to_jsonb((data #>> '{record,epoch}')::int + $1))
                     WHERE position = 5`;
    await pool.query(change, [100]);
    expect(await found()).toEqual([[ids[0], 'differs']]);
    await pool.query(change, [-100]);
    expect(await found()).toEqual([]);
    await pool.query('CREATE TABLE taken AS SELECT * FROM events WHERE position = 6');
    await pool.query('DELETE FROM events WHERE position = 6');
    expect(await found()).toEqual([[ids[1], 'not-logged']]);
    await pool.query('INSERT INTO events SELECT * FROM taken');
    expect(await found()).toEqual([]);
  });

  it('misses a record that is gone without being retired, and no other', async () => {
    await version(ids[1], { state: 'retired', syncSet: [] });
    await topology.remove(ids[1]);
    expect(await found()).toEqual([]);
    const manager = await bus.nc.jetstreamManager();
    await manager.streams.purge('TANDEM_TOPOLOGY', { filter: `topology.${ids[0]}` });
    expect(new Set((await found()).map(([, what]) => what))).toEqual(new Set(['not-recorded']));
  });
});
