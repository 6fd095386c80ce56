import { join } from 'node:path';
import { allEvents, WhatIfAnswer, WhatIfReport } from '@tandem/contracts';
import { EventLog, migrate, openControlPool } from '@tandem/event-log';
import { databaseAddress } from '@tandem/platform';
import { localProvider, scratchDir, TestServer } from '@tandem/testkit';
import type { Pool } from 'pg';
import { TurnedLogger } from './turned-logger';

const id = 'pg-aaaaaaaa';
const answer = (bad: boolean): WhatIfAnswer => ({
  lost: { kind: 'host', hostId: 'host-a1' },
  name: 'host host-a1',
  outcome: bad ? 'waits' : 'takes-over',
  bad,
  takesOver: null,
  expectedMs: null,
  basis: 'prior',
  measuredFailovers: 0,
  lossBytes: 0,
  protectedAfter: false,
  row: bad ? 'wait/degraded' : 'promote/host-silent',
  because: 'of the test',
  path: [],
});
const report = (bad: boolean): WhatIfReport => ({ instanceId: id, epoch: 1, state: 'open', answers: [answer(bad)] });

describe('what has turned', () => {
  jest.setTimeout(30_000);
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let database: TestServer;
  let pool: Pool;
  let log: EventLog;
  const told = async () => (await log.readStream(`what-if:${id}`)).map(({ type }) => type);

  beforeAll(async () => {
    scratch = await scratchDir('turned');
    database = await localProvider.postgres({ port: 24_801, dir: join(scratch.path, 'pg') });
    await migrate(databaseAddress(database.url));
    pool = openControlPool(databaseAddress(database.url), { name: 'test' });
    log = new EventLog({ pool, registry: allEvents });
  });
  afterAll(async () => {
    await pool?.end();
    await database?.dispose();
    await scratch?.remove();
  });

  it('is told once by two copies that look at the same time, and not again by the next one', async () => {
    const copies = [new TurnedLogger(log), new TurnedLogger(log)];
    for (let look = 0; look < 4; look++) await Promise.all(copies.map((copy) => copy.look(report(true))));
    expect(await told()).toEqual(['WhatIfTurnedBad']);
    const restarted = new TurnedLogger(log);
    for (let look = 0; look < 3; look++) await restarted.look(report(true));
    expect(await told()).toEqual(['WhatIfTurnedBad']);
    for (let look = 0; look < 3; look++)
      await Promise.all([...copies, restarted].map((copy) => copy.look(report(false))));
    expect(await told()).toEqual(['WhatIfTurnedBad', 'WhatIfTurnedGood']);
    expect((await log.readStream(`what-if:${id}`))[1].data).toMatchObject({
      instanceId: id,
      bad: [],
      answers: [{ name: 'host host-a1', outcome: 'takes-over', row: 'promote/host-silent', because: 'of the test' }],
    });
  });
});
