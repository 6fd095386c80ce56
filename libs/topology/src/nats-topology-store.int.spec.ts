import { streams, subjects } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { Bus } from '@tandem/messaging';
import { NatsStage } from './test/nats-stage';
import { firstRecord, newInstanceId, nextRecord } from './test/records';
import { sessionStream, topologyStream } from './store-streams';
import { CasAnswer, RecordVersion, TopologyStore } from './topology-store';

jest.setTimeout(30_000);

let stage: NatsStage;
beforeAll(async () => void (stage = await NatsStage.on(21911)));
afterEach(() => stage.clear());
afterAll(() => stage.dispose());

const versionOf = (answer: CasAnswer): RecordVersion => {
  if (answer.outcome !== 'done') throw new Error(JSON.stringify(answer));
  return answer.version;
};
const create = async (store: TopologyStore): Promise<RecordVersion> =>
  versionOf(await store.cas({ based: null, next: firstRecord(newInstanceId()) }));
const advance = async (store: TopologyStore, based: RecordVersion): Promise<RecordVersion> =>
  versionOf(await store.cas({ based, next: nextRecord(based) }));
const deleteStreams = async (bus: Bus): Promise<void> => {
  const jsm = await bus.nc.jetstreamManager();
  for (const info of await jsm.streams.list().next()) await jsm.streams.delete(info.config.name);
};

describe('opening the store', () => {
  it('lets a user wait for the creator of the stream', async () => {
    const bus = await stage.bus();
    await deleteStreams(bus);
    await expect(stage.store(bus, { role: 'user' })).rejects.toMatchObject({
      kind: 'transient',
      code: 'topology-stream-missing',
    });
    await stage.store(bus);
    await stage.store(bus, { role: 'user' });
  });

  it('makes streams without limit per subject that no direct get reads, whatever the server made of the wish', async () => {
    const bus = await stage.bus();
    await stage.store(bus);
    const jsm = await bus.nc.jetstreamManager();
    const { config } = await jsm.streams.info(streams.topology);
    expect(config).toMatchObject({ max_msgs_per_subject: -1, max_age: 0, max_bytes: -1, allow_direct: false });
    expect((await jsm.streams.info(sessionStream(1).name as string)).config.allow_direct).toBe(false);
  });

  it('refuses a stream that any replica may answer for, and leaves it as it is', async () => {
    const bus = await stage.bus();
    await deleteStreams(bus);
    const jsm = await bus.nc.jetstreamManager();
    await jsm.streams.add({ ...topologyStream(1), allow_direct: true });
    await expect(stage.store(bus)).rejects.toMatchObject({ kind: 'permanent', code: 'topology-stream-unfit' });
    expect((await jsm.streams.info(streams.topology)).config.allow_direct).toBe(true);
    await deleteStreams(bus);
  });

  it('refuses this old server as a cluster before it makes anything', async () => {
    const bus = await stage.bus();
    await deleteStreams(bus);
    await expect(stage.store(bus, { replicas: 3 })).rejects.toMatchObject({
      kind: 'permanent',
      code: 'nats-server-unfit',
    });
    expect(await (await bus.nc.jetstreamManager()).streams.list().next()).toEqual([]);
  });

  it('leaves nothing behind on the scratch stream of the self-test', async () => {
    const bus = await stage.bus();
    await stage.store(bus);
    const { state } = await (await bus.nc.jetstreamManager()).streams.info('TANDEM_TOPOLOGY_SELFTEST');
    // The sequences show that the race took place.
    expect(state.last_seq).toBeGreaterThan(1);
    expect(state.messages).toBe(0);
  });
});

describe('the store on the wire', () => {
  it('reads by the leader and never by direct get, and no CAS carries a message id', async () => {
    const bus = await stage.bus();
    const store = await stage.store(bus);
    const requests: string[] = [];
    const messageIds: string[] = [];
    const spy = await stage.bus();
    spy.nc.subscribe('$JS.API.>', { callback: (_error, message) => void requests.push(message.subject) });
    spy.nc.subscribe(subjects.allTopology, {
      callback: (_error, message) => void messageIds.push(message.headers?.get('Nats-Msg-Id') ?? 'none'),
    });
    await spy.nc.flush();
    const first = await create(store);
    await advance(store, first);
    await store.read(first.record.instanceId);
    await eventually('both publications are seen', () => messageIds.length >= 2);
    await eventually('the reads are seen', () => requests.filter((subject) => subject.includes('MSG.GET')).length >= 2);
    expect(requests.filter((subject) => subject.includes('DIRECT'))).toEqual([]);
    expect(messageIds).toEqual(['', '']);
  });

  it('delivers a version to a watch within 100 ms of its acknowledgement', async () => {
    const [writer, watcher] = [await stage.store(await stage.bus()), await stage.store(await stage.bus())];
    let last = await create(writer);
    const arrivals = new Map<number, number>();
    const watch = watcher.watch(last.record.instanceId, (version) => arrivals.set(version.seq, performance.now()));
    await watch.ready;
    const delays: number[] = [];
    for (let i = 0; i < 20; i++) {
      last = await advance(writer, last);
      const acknowledged = performance.now();
      await eventually('delivery', () => arrivals.has(last.seq));
      delays.push((arrivals.get(last.seq) as number) - acknowledged);
    }
    delays.sort((a, b) => a - b);
    expect(delays[10]).toBeLessThan(100);
  });
});

describe('a store whose server restarts', () => {
  it('says so without proof, goes on where that is accepted, and watches go on with the newest version', async () => {
    const bus = await stage.bus();
    const store = await stage.store(bus);
    const last = await create(store);
    const seen: number[] = [];
    const watch = store.watch(last.record.instanceId, (version) => seen.push(version.seq));
    await watch.ready;
    await stage.nats.stop('at-once');
    await stage.nats.start();
    const newer = await eventually('a CAS is sent again', async () => {
      const answer = await store.cas({ based: last, next: nextRecord(last) });
      return answer.outcome === 'done' && answer.version;
    });
    await eventually('the watch tells it', () => seen.includes(newer.seq));
    expect(seen).toEqual([last.seq, newer.seq]);
    expect(stage.resets).toEqual([expect.objectContaining({ reason: 'server-restarted', proven: false })]);
  });

  it('sends nothing while it knows that it is not connected, so nothing can land late', async () => {
    const bus = await stage.bus();
    const store = await stage.store(bus);
    const last = await create(store);
    await stage.nats.stop('at-once');
    await eventually('the client notices', () => bus.nc.info === undefined);
    expect(await store.cas({ based: last, next: nextRecord(last) })).toEqual({
      outcome: 'refused',
      reason: 'not-sent',
    });
    await stage.nats.start();
    const read = await eventually('the store answers', () => store.read(last.record.instanceId).catch(() => null));
    expect(read).toEqual(last);
  });

  it('tells a stream that was made anew', async () => {
    const store = await stage.store(await stage.bus());
    await create(store);
    await stage.wipe();
    await eventually('the missing stream is told', () => stage.resets.some((r) => r.reason === 'stream-missing'));
    const late = await stage.bus();
    const other = await stage.store(late, { known: store.fingerprint() });
    expect(stage.resets.at(-1)).toMatchObject({ reason: 'stream-recreated', proven: true });
    expect(await other.cas({ based: null, next: firstRecord(newInstanceId()) })).toEqual({
      outcome: 'refused',
      reason: 'store-reset',
    });
  });

  it('finds nothing against the store in the fingerprint of an earlier life of the client', async () => {
    const bus = await stage.bus();
    const first = await stage.store(bus);
    await create(first);
    await stage.store(bus, { known: first.fingerprint() });
    expect(stage.resets).toEqual([]);
  });

  it('tells a record that vanished though nobody retired it', async () => {
    const bus = await stage.bus();
    const store = await stage.store(bus);
    const last = await create(store);
    const jsm = await bus.nc.jetstreamManager();
    await jsm.streams.purge(streams.topology, { filter: subjects.topology(last.record.instanceId) });
    expect(await store.read(last.record.instanceId)).toBeNull();
    expect(stage.resets).toEqual([expect.objectContaining({ reason: 'subject-missing', proven: true })]);
  });
});
