import { randomUUID } from 'node:crypto';
import { subjects } from '@tandem/contracts';
import { Transient } from '@tandem/platform';
import { eventually } from '@tandem/testkit';
import { followRecordTrail } from './record-trail';
import { NatsStage } from './test/nats-stage';
import { firstRecord, newInstanceId, nextRecord } from './test/records';
import { RecordVersion, TopologyStore } from './topology-store';

jest.setTimeout(30_000);

let stage: NatsStage;
beforeAll(async () => void (stage = await NatsStage.on(21921)));
afterAll(() => stage.dispose());

/** `count` versions of one record, each acknowledged. */
async function history(store: TopologyStore, count: number): Promise<RecordVersion[]> {
  const versions: RecordVersion[] = [];
  for (let i = 0; i < count; i++) {
    const based = versions.at(-1) ?? null;
    const next = based ? nextRecord(based) : firstRecord(newInstanceId());
    const answer = await store.cas({ based, next });
    if (answer.outcome !== 'done') throw new Error(JSON.stringify(answer));
    versions.push(answer.version);
  }
  return versions;
}

it('tells every version in order, however often the log is away and NATS restarts, and goes on where it stopped', async () => {
  const bus = await stage.bus();
  const store = await stage.store(bus);
  const durable = randomUUID();
  // The log takes each id once: a server that is killed forgets acknowledgements and delivers again.
  const logged = new Set<string>();
  const dead: number[] = [];
  let away = 3;
  const follow = () =>
    followRecordTrail(bus, {
      durable,
      onDead: (delivery) => dead.push(delivery.seq),
      onVersion: async (version) => {
        if (away-- > 0) throw new Transient('log-away', 'the event log is away', { retryAfterMs: 10 });
        logged.add(version.record.id);
      },
    });
  const before = await history(store, 10);
  let trail = follow();
  await eventually('the first ten are logged', () => logged.size >= 10);
  await trail.stop();
  await bus.nc.jetstream().publish(subjects.topology('pg-garbage0'), 'not a record');
  const whileAway = await history(store, 5);
  await stage.nats.stop('at-once');
  await stage.nats.start();
  trail = follow();
  await eventually('what happened while it was away is logged', () => logged.size >= 15);
  await trail.stop();
  expect([...logged]).toEqual([...before, ...whileAway].map((version) => version.record.id));
  expect([...new Set(dead)]).toEqual([before[9].seq + 1]);
});
