import { setTimeout as delay } from 'node:timers/promises';
import { EventView, WhatIfAnswer, WhatIfReport } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { assertAcknowledgedKept, assertSeenKept } from '../support/assertions';
import { currentPlatform } from '../support/current-platform';
import { recordOf } from '../support/event-tokens';
import { finalRows } from '../support/final-rows';
import { keepData } from '../support/keep-mark';
import { createInstance, TestInstance } from '../support/test-instance';
import { Workload } from '../support/workload';

const BOUND_MS = 120_000;
const SHOWS_MS = 30_000;
/** How long clients are watched where nothing is to happen to them. */
const WATCHED_MS = 3_000;
/** A pause of that length is the machine's, not the loss's. */
const NO_PAUSE_MS = 1_000;
/** Three looks of the live what-if, in which nothing more is to be told. */
const LOOKS_MS = 6_000;

/** What was foretold for one loss, and what came of it: one course of losses on one instance under load. */
describe('what-if comes true', () => {
  let instance: TestInstance;
  let workload: Workload;
  beforeAll(async () => {
    instance = await createInstance(currentPlatform());
    workload = await Workload.start(instance);
    await workload.busy();
  }, BOUND_MS);
  afterAll(async () => {
    await workload?.stop();
    await instance?.delete();
  }, BOUND_MS);

  const drill = (verb: string, target: object = {}) => instance.platform.drill(verb, target);
  const primary = () => instance.roles.primary;
  const secondary = () => instance.roles.secondary;
  const report = () => instance.platform.api<WhatIfReport>('GET', `/v1/instances/${instance.id}/what-if`);

  async function foretold(name: string): Promise<WhatIfAnswer> {
    const answers = (await report()).answers;
    const found = answers.find((answer) => answer.name === name);
    if (!found) throw new Error(`nobody asked about ${name}, but about ${answers.map((one) => one.name).join(', ')}`);
    return found;
  }

  const told = (from: number, type: string, fits: (event: EventView) => boolean = () => true) =>
    eventually(
      `event ${type}`,
      async () => (await instance.eventsAfter(from)).find((event) => event.type === type && fits(event)),
      SHOWS_MS,
    );

  /** The losses that the newest event names bad. */
  const toldBad = async (): Promise<string[]> => {
    const newest = (await instance.eventsAfter(0)).filter(({ type }) => type.startsWith('WhatIf')).at(-1);
    return (newest?.data['bad'] as string[] | undefined) ?? [];
  };

  /** Inflicts and looks, and has everything whole again before anything is judged, so that the next one can begin. */
  async function during<T>(loss: () => Promise<T>, end: () => Promise<unknown> = async () => undefined): Promise<T> {
    try {
      return await loss();
    } finally {
      await end();
      await instance.becomesWhole(BOUND_MS / 2);
      await workload.flows();
    }
  }

  /** The node, the row and the loss of a failover are as foretold; its time is given back. */
  async function takesOver(name: string, inflict: () => Promise<unknown>, end?: () => Promise<unknown>) {
    const answer = await foretold(name);
    const from = await instance.position();
    const { nodeId, hostId } = secondary();
    const startedAt = Date.now();
    const completed = await during(async () => {
      await inflict();
      return told(from, 'FailoverCompleted');
    }, end);
    const data = completed.data as { to: string; steps: { step: string; row: string; at: string }[] };
    expect(answer).toMatchObject({ outcome: 'takes-over', bad: false, takesOver: { nodeId, hostId }, lossBytes: 0 });
    const decided = data.steps.find(({ step }) => step === 'promotion-decided');
    expect([data.to, decided?.row]).toEqual([nodeId, answer.row]);
    return { answer, tookMs: Date.parse(data.steps.at(-1)!.at) - startedAt };
  }

  function withinFactorOfTwo({ answer, tookMs }: { answer: WhatIfAnswer; tookMs: number }): void {
    const ratio = tookMs / answer.expectedMs!;
    const said = `${answer.name}: ${tookMs} ms, foretold ${answer.expectedMs} (${answer.basis})`;
    expect([said, ratio > 0.5 && ratio < 2]).toEqual([said, true]);
  }

  async function notNoticed(service: string, inflict: () => Promise<unknown>, end?: () => Promise<unknown>) {
    const answer = await foretold(`service ${service}`);
    const { epoch } = instance.control.record;
    const gapMs = await during(async () => {
      const sinceMs = performance.now();
      await inflict();
      await delay(WATCHED_MS);
      return workload.history.longestGapMs(sinceMs);
    }, end);
    expect(answer).toMatchObject({ outcome: 'goes-on', bad: false, expectedMs: 0, lossBytes: 0 });
    expect(gapMs).toBeLessThan(NO_PAUSE_MS);
    expect(instance.control.record.epoch).toBe(epoch);
  }

  /** Logs and data are kept once a prediction has failed. */
  const prove = (name: string, proof: () => Promise<unknown>): void =>
    it(
      name,
      async () => {
        await proof().catch((error: unknown) => {
          keepData(instance.platform.place.dataDir);
          throw error;
        });
      },
      BOUND_MS,
    );

  for (const measured of [false, true]) {
    const again = measured ? ', and again, in the time that was measured' : '';
    prove(`the PostgreSQL of the primary dies${again}`, async () => {
      const lost = primary();
      const outcome = await takesOver(`process ${lost.nodeId}`, () => drill('kill-postmaster', lost));
      if (measured) withinFactorOfTwo(outcome);
    });

    prove(`the host of the primary is lost${again}`, async () => {
      const lost = primary();
      const start = () => drill('start-host', lost);
      const outcome = await takesOver(`host ${lost.hostId}`, () => drill('kill-host', lost), start);
      if (measured) withinFactorOfTwo(outcome);
    });
  }

  prove('the host of the primary freezes', async () => {
    const lost = primary();
    const thaw = () => drill('thaw-host', lost);
    withinFactorOfTwo(await takesOver(`host ${lost.hostId}`, () => drill('freeze-host', lost), thaw));
  });

  prove('the host of the secondary freezes: the primary goes on alone, which turns its own loss bad', async () => {
    const [alone, lost] = [primary(), secondary()];
    const name = `host ${alone.hostId}`;
    const named = ({ data }: EventView) => (data['answers'] as { name: string }[]).some((one) => one.name === name);
    // What the loss before has turned bad is told to be good again before the next one begins.
    await eventually(
      'the loss of the primary has a good answer',
      async () => !(await toldBad()).includes(name),
      SHOWS_MS,
    );
    const answer = await foretold(`host ${lost.hostId}`);
    const from = await instance.position();
    const sinceMs = performance.now();
    const seen = await during(
      async () => {
        await drill('freeze-host', lost);
        const degraded = await told(from, 'ReplicationDegraded');
        const since = performance.now();
        await eventually('commits go on', () => workload.history.acknowledgedSince(since) > 20, SHOWS_MS);
        const gapMs = workload.history.longestGapMs(sinceMs);
        await told(from, 'WhatIfTurnedBad', named);
        return { degraded, gapMs, then: await foretold(name) };
      },
      () => drill('thaw-host', lost),
    );
    expect(answer).toMatchObject({ outcome: 'goes-on', bad: false, protectedAfter: false });
    expect(recordOf(seen.degraded)?.decision.row).toBe(answer.row);
    withinFactorOfTwo({ answer, tookMs: Math.round(seen.gapMs) });
    expect(seen.then).toMatchObject({ outcome: 'waits', bad: true, row: 'wait/degraded' });

    await told(from, 'WhatIfTurnedGood', named);
    await delay(LOOKS_MS);
    const turned = (await instance.eventsAfter(from)).filter(
      (event) => event.type.startsWith('WhatIf') && named(event),
    );
    expect(turned.map(({ type }) => type)).toEqual(['WhatIfTurnedBad', 'WhatIfTurnedGood']);
  });

  prove('the PostgreSQL of the secondary dies: the primary degrades at once', async () => {
    const lost = secondary();
    const answer = await foretold(`process ${lost.nodeId}`);
    const from = await instance.position();
    const degraded = await during(async () => {
      await drill('kill-postmaster', lost);
      return told(from, 'ReplicationDegraded');
    });
    expect(recordOf(degraded)?.decision.row).toBe(answer.row);
    expect(answer).toMatchObject({ outcome: 'goes-on', bad: false });
  });

  prove('degraded, and then the host of the primary is lost: it is waited for, as was foretold', async () => {
    const [lost, other] = [primary(), secondary()];
    const [answer, waiting] = await during(
      async () => {
        const from = await instance.position();
        await drill('kill-host', other);
        await told(from, 'ReplicationDegraded');
        const asked = await foretold(`host ${lost.hostId}`);
        await drill('kill-host', lost);
        return [asked, await told(from, 'FailoverWaiting')] as const;
      },
      () => Promise.all([drill('start-host', lost), drill('start-host', other)]),
    );
    expect(answer).toMatchObject({ outcome: 'waits', bad: true, takesOver: null, expectedMs: null });
    expect([waiting.data['row'], waiting.data['because']]).toEqual([answer.row, answer.because]);
  });

  for (const service of ['failover-orchestrator', 'health-monitor', 'instance-manager', 'api-gateway'])
    prove(`the service ${service} dies: clients do not notice`, () =>
      notNoticed(
        service,
        () => drill('kill-service', { service }),
        () => eventually('the API answers again', () => report(), SHOWS_MS),
      ),
    );

  for (const [service, down, up] of [
    ['control-database', 'control-down', 'control-up'],
    ['nats', 'store-down', 'store-up'],
  ])
    prove(`${service} is away: clients do not notice`, () =>
      notNoticed(
        service,
        () => drill(down),
        () => drill(up),
      ),
    );

  prove('the only endpoint host is lost: clients are cut off from a primary that goes on', async () => {
    const lost = { hostId: 'host-e1' };
    const answer = await foretold('host host-e1');
    const ways = await during(
      async () => {
        await drill('kill-host', lost);
        const sinceMs = performance.now();
        await delay(WATCHED_MS);
        return workload.history.acknowledged.filter(({ startMs }) => startMs >= sinceMs).map(({ via }) => via);
      },
      () => drill('start-host', lost),
    );
    expect(answer).toMatchObject({ outcome: 'unreachable', bad: true, takesOver: null });
    expect([...new Set(ways)]).toEqual([primary().nodeId]);
  });

  prove('and nothing that was acknowledged or seen on the way is missing, as was foretold of each', async () => {
    await workload.stop();
    const rows = await finalRows(instance);
    assertAcknowledgedKept(workload.history, rows);
    assertSeenKept(workload.history, rows);
  });
});
