import { eventually } from '@tandem/testkit';
import { StoreReset } from '../store-fingerprint';
import { CasAnswer, RecordVersion, TopologyStore } from '../topology-store';
import { firstRecord, newInstanceId, nextRecord } from './records';

/** What a store under test must let the suite do to it. */
export interface StoreUnderTest {
  /** A client of its own; it refuses every proven reset and reports all resets. */
  open(onReset: (reset: StoreReset) => void): Promise<TopologyStore>;
  /** Nothing is answered any more; what was sent waits in the server's socket. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Remembers the store as it is; the function returned puts that older copy in the place of the newer store. */
  backup(): Promise<() => Promise<void>>;
}

/** What every topology store must hold, the real one and the one in memory (R11, R12). */
export function itIsATopologyStore(stage: () => StoreUnderTest): void {
  const resets: StoreReset[] = [];
  const opened: TopologyStore[] = [];
  const open = async (): Promise<TopologyStore> => {
    const store = await stage().open((reset) => resets.push(reset));
    opened.push(store);
    return store;
  };

  beforeEach(() => void resets.splice(0));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  it('creates a record once: a second creation is refused and the first stays', async () => {
    const store = await open();
    const instanceId = newInstanceId();
    const first = await create(store, instanceId);
    expect(await store.cas({ based: null, next: firstRecord(instanceId) })).toEqual({
      outcome: 'refused',
      reason: 'sequence',
      lastSeq: first.seq,
    });
    expect(await store.read(instanceId)).toEqual(first);
  });

  it('reads nothing where nothing was written', async () => {
    expect(await (await open()).read(newInstanceId())).toBeNull();
  });

  it('lets exactly one of 20 racing compare-and-sets of two clients win, and the winner is what is read', async () => {
    const stores = [await open(), await open()];
    const based = await create(stores[0], newInstanceId());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => stores[i % 2].cas({ based, next: nextRecord(based) })),
    );
    const won = answers.filter((answer) => answer.outcome === 'done');
    expect(won).toHaveLength(1);
    expect(answers.filter((answer) => answer.outcome === 'refused')).toHaveLength(19);
    expect(await stores[1].read(based.record.instanceId)).toEqual(versionOf(won[0]));
  });

  it('confirms that a success rests on the version that it was based on', async () => {
    const store = await open();
    const based = await create(store, newInstanceId());
    expect(await store.cas({ based, next: nextRecord(based) })).toMatchObject({ outcome: 'done', before: 'same' });
  });

  it('refuses to send a version that does not name the one it is based on', async () => {
    const store = await open();
    const based = await create(store, newInstanceId());
    const stray = nextRecord(based, { prevId: 'somebody-else' });
    await expect(store.cas({ based, next: stray })).rejects.toMatchObject({ code: 'topology-prev-id' });
    await expect(
      store.cas({ based, next: { ...stray, prevId: based.record.id, id: based.record.id } }),
    ).rejects.toThrow('reuses the id');
    expect(await store.read(based.record.instanceId)).toEqual(based);
  });

  it('calls a compare-and-set that a frozen store does not answer unanswered, and it may land later', async () => {
    const store = await open();
    const based = await create(store, newInstanceId());
    const late = nextRecord(based, { state: 'open' });
    await stage().freeze();
    let answer: CasAnswer;
    try {
      answer = await store.cas({ based, next: late });
    } finally {
      await stage().thaw();
    }
    expect(answer.outcome).toBe('unanswered');
    const landed = await eventually('the unanswered version lands after the thaw', async () => {
      const version = await store.read(based.record.instanceId);
      return version?.record.id === late.id && version;
    });
    // Whoever took the silence for a failure and decided anew is refused: the sequence has moved on.
    expect(await store.cas({ based, next: nextRecord(based) })).toMatchObject({ outcome: 'refused' });
    // R12: settled by the newest version unchanged, on the newest sequence.
    expect(await store.cas({ based: landed, next: nextRecord(landed) })).toMatchObject({ outcome: 'done' });
  });

  it('throws a transient error for a read that a frozen store does not answer', async () => {
    const store = await open();
    await stage().freeze();
    try {
      await expect(store.read(newInstanceId())).rejects.toMatchObject({ kind: 'transient' });
    } finally {
      await stage().thaw();
    }
  });

  it('watches the last version first, then each newer one in order, also those of other clients', async () => {
    const [watcher, writer] = [await open(), await open()];
    let last = await create(writer, newInstanceId());
    last = await advance(writer, last);
    const seen: number[] = [];
    const watch = watcher.watch(last.record.instanceId, (version) => seen.push(version.seq));
    await watch.ready;
    const expected = [last.seq];
    for (let i = 0; i < 5; i++) expected.push((last = await advance(writer, last)).seq);
    await eventually('all versions are delivered', () => seen.length >= expected.length);
    expect(seen).toEqual(expected);
  });

  it('watches all records at once, and tells nothing after its end', async () => {
    const store = await open();
    const [one, two] = [await create(store, newInstanceId()), await create(store, newInstanceId())];
    const seen: string[] = [];
    const watch = store.watch('all', (version) => seen.push(version.record.id));
    await watch.ready;
    await eventually('both are told', () => [one, two].every((version) => seen.includes(version.record.id)));
    await watch.stop();
    const told = seen.length;
    const other = await open();
    const probe: string[] = [];
    const control = other.watch(one.record.instanceId, (version) => probe.push(version.record.id));
    const newer = await advance(store, one);
    await eventually('a living watch hears of the version', () => probe.includes(newer.record.id));
    await control.stop();
    expect(seen).toHaveLength(told);
  });

  it('keeps the last 64 versions however much is logged, and never purges what is not logged', async () => {
    const store = await open();
    let last = await create(store, newInstanceId());
    const { instanceId } = last.record;
    const all = [last];
    for (let i = 1; i < 80; i++) all.push((last = await advance(store, last)));
    await store.purgeLogged(instanceId, all[5].seq);
    expect(await store.readAt(all[4].seq)).toBeNull();
    expect(await store.readAt(all[5].seq)).toEqual(all[5]);
    await store.purgeLogged(instanceId, last.seq + 1);
    expect(await store.readAt(all[15].seq)).toBeNull();
    expect(await store.readAt(all[16].seq)).toEqual(all[16]);
    expect(await store.read(instanceId)).toEqual(last);
  });

  it('removes only the record of a retired instance, whose name of a record is then free', async () => {
    const store = await open();
    const based = await create(store, newInstanceId());
    const { instanceId } = based.record;
    await expect(store.remove(instanceId)).rejects.toMatchObject({ code: 'topology-record-not-retired' });
    expect(await store.read(instanceId)).toEqual(based);
    await advance(store, based, { state: 'retired' });
    await store.remove(instanceId);
    expect(await store.read(instanceId)).toBeNull();
    expect(resets).toEqual([]);
  });

  it('notices a store that went back, and refuses every compare-and-set until the reset is accepted', async () => {
    const store = await open();
    const based = await create(store, newInstanceId());
    const goBack = await stage().backup();
    await eventually('the store answers', () => store.read(based.record.instanceId));
    const lost = await advance(store, await advance(store, based));
    resets.splice(0);
    await goBack();
    await eventually('the reset is told', () => resets.some((reset) => reset.proven));
    const old = await eventually('the older version is read', () => store.read(based.record.instanceId));
    expect(old.seq).toBeLessThan(lost.seq);
    expect(await store.cas({ based: old, next: nextRecord(old) })).toEqual({
      outcome: 'refused',
      reason: 'store-reset',
    });
    await store.acceptReset();
    expect(await store.cas({ based: old, next: nextRecord(old) })).toMatchObject({ outcome: 'done' });
  });

  it('finds a sequence that was used again after the store went back by the id at that sequence', async () => {
    const [ahead, other] = [await open(), await open()];
    const based = await create(ahead, newInstanceId());
    const goBack = await stage().backup();
    await eventually('the store answers', () => ahead.read(based.record.instanceId));
    const mine = await advance(ahead, based);
    await goBack();
    await eventually('both were told or may go on', async () => {
      await Promise.all([ahead.acceptReset(), other.acceptReset()]);
      return true;
    });
    const old = await eventually('the store answers again', () => other.read(based.record.instanceId));
    const theirs = await advance(other, old);
    expect(theirs.seq).toBe(mine.seq);
    resets.splice(0);
    expect(await ahead.cas({ based: mine, next: nextRecord(mine) })).toMatchObject({
      outcome: 'store-went-back',
      foundId: theirs.record.id,
    });
    expect(resets).toEqual([expect.objectContaining({ reason: 'version-mismatch', proven: true })]);
  });
}

function versionOf(answer: CasAnswer): RecordVersion {
  if (answer.outcome !== 'done') throw new Error(`expected a success, got ${JSON.stringify(answer)}`);
  return answer.version;
}

async function create(store: TopologyStore, instanceId: string): Promise<RecordVersion> {
  return versionOf(await store.cas({ based: null, next: firstRecord(instanceId) }));
}

async function advance(
  store: TopologyStore,
  based: RecordVersion,
  change: Parameters<typeof nextRecord>[1] = {},
): Promise<RecordVersion> {
  return versionOf(await store.cas({ based, next: nextRecord(based, change) }));
}
