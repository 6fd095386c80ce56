import { setTimeout as delay } from 'node:timers/promises';
import { EventView, WhatIfAnswer, WhatIfReport } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { assertAcknowledgedKept, assertSeenKept } from '../support/assertions';
import { currentPlatform } from '../support/current-platform';
import { recordOf } from '../support/event-tokens';
import { finalRows } from '../support/final-rows';
import { createInstance, TestInstance } from '../support/test-instance';
import { Workload } from '../support/workload';

const BOUND_MS = 120_000;
const SHOWS_MS = 30_000;
/** How long clients are watched where nothing is to happen to them. */
const WATCHED_MS = 3_000;
/** A pause of that length is the machine's, not the loss's. */
const NO_PAUSE_MS = 1_000;
/** Time for two looks of the live what-if. */
const TOLD_MS = 15_000;

/** What was foretold for one loss, and what came of it; one course of losses on one instance under load. */
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

  async function healed(end: () => Promise<unknown>): Promise<void> {
    await end();
    await instance.becomesWhole(BOUND_MS / 2);
    await workload.flows();
  }

  /** The node, the row and the time of a failover are as foretold. */
  async function takesOver(name: string, inflict: () => Promise<unknown>, end: () => Promise<unknown>) {
    const answer = await foretold(name);
    const from = await instance.position();
    const { nodeId, hostId } = secondary();
    const startedAt = Date.now();
    await inflict();
    const completed = await told(from, 'FailoverCompleted');
    const data = completed.data as { to: string; steps: { step: string; row: string; at: string }[] };
    expect(answer).toMatchObject({ outcome: 'takes-over', bad: false, takesOver: { nodeId, hostId }, lossBytes: 0 });
    const decided = data.steps.find(({ step }) => step === 'promotion-decided');
    expect([data.to, decided?.row]).toEqual([nodeId, answer.row]);
    await healed(end);
    return { answer, tookMs: Date.parse(data.steps.at(-1)!.at) - startedAt };
  }

  function withinFactorOfTwo({ answer, tookMs }: { answer: WhatIfAnswer; tookMs: number }): void {
    expect(answer.basis).toBe('measured');
    const ratio = tookMs / answer.expectedMs!;
    expect(`${answer.name}: ${tookMs} ms, foretold ${answer.expectedMs}: ${ratio > 0.5 && ratio < 2}`).toMatch(/true$/);
  }

  const killPostmaster = () => drill('kill-postmaster', primary());
  const nothing = async () => undefined;

  for (const measured of [false, true]) {
    const again = measured ? ', and again, in the time that was measured' : '';
    it(
      `the PostgreSQL of the primary dies${again}`,
      async () => {
        const outcome = await takesOver(`process ${primary().nodeId}`, killPostmaster, nothing);
        if (measured) withinFactorOfTwo(outcome);
      },
      BOUND_MS,
    );

    it(
      `the host of the primary is lost${again}`,
      async () => {
        const lost = primary();
        const outcome = await takesOver(
          `host ${lost.hostId}`,
          () => drill('kill-host', lost),
          () => drill('start-host', lost),
        );
        if (measured) withinFactorOfTwo(outcome);
      },
      BOUND_MS,
    );
  }

  it(
    'the host of the primary freezes',
    async () => {
      const lost = primary();
      const freeze = () => drill('freeze-host', lost);
      withinFactorOfTwo(await takesOver(`host ${lost.hostId}`, freeze, () => drill('thaw-host', lost)));
    },
    BOUND_MS,
  );

  it(
    'the host of the secondary freezes: the primary goes on alone, and that turns its own loss into a bad answer',
    async () => {
      const [alone, lost] = [primary(), secondary()];
      const answer = await foretold(`host ${lost.hostId}`);
      const from = await instance.position();
      const sinceMs = performance.now();
      await drill('freeze-host', lost);
      const degraded = await told(from, 'ReplicationDegraded');
      expect(answer).toMatchObject({ outcome: 'goes-on', bad: false, protectedAfter: false });
      expect(recordOf(degraded)?.decision.row).toBe(answer.row);
      await eventually('commits go on', () => workload.history.acknowledgedSince(sinceMs + 100) > 20, SHOWS_MS);
      const ratio = workload.history.longestGapMs(sinceMs) / answer.expectedMs!;
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);

      const name = `host ${alone.hostId}`;
      const named = ({ data }: EventView) => (data['answers'] as { name: string }[]).some((one) => one.name === name);
      await told(from, 'WhatIfTurnedBad', named);
      expect(await foretold(name)).toMatchObject({ outcome: 'waits', bad: true, row: 'wait/degraded' });
      await healed(() => drill('thaw-host', lost));
      await told(from, 'WhatIfTurnedGood', named);
      await delay(TOLD_MS / 3);
      const turned = (await instance.eventsAfter(from)).filter(({ type }) => type.startsWith('WhatIf')).filter(named);
      expect(turned.map(({ type }) => type)).toEqual(['WhatIfTurnedBad', 'WhatIfTurnedGood']);
    },
    BOUND_MS,
  );

  it(
    'the PostgreSQL of the secondary dies: the primary degrades at once',
    async () => {
      const answer = await foretold(`process ${secondary().nodeId}`);
      const from = await instance.position();
      await drill('kill-postmaster', secondary());
      expect(recordOf(await told(from, 'ReplicationDegraded'))?.decision.row).toBe(answer.row);
      expect(answer).toMatchObject({ outcome: 'goes-on', bad: false });
      await healed(nothing);
    },
    BOUND_MS,
  );

  it(
    'degraded, and then the host of the primary is lost: it is waited for, by the row that was foretold',
    async () => {
      const [lost, other] = [primary(), secondary()];
      let from = await instance.position();
      await drill('kill-host', other);
      await told(from, 'ReplicationDegraded');
      const answer = await foretold(`host ${lost.hostId}`);
      from = await instance.position();
      await drill('kill-host', lost);
      const waiting = await told(from, 'FailoverWaiting');
      expect(answer).toMatchObject({ outcome: 'waits', bad: true, takesOver: null, expectedMs: null });
      expect([waiting.data['row'], waiting.data['because']]).toEqual([answer.row, answer.because]);
      await healed(() => Promise.all([drill('start-host', lost), drill('start-host', other)]));
    },
    BOUND_MS,
  );

  it.each(['failover-orchestrator', 'health-monitor', 'instance-manager', 'api-gateway'])(
    'the service %s dies: clients do not notice',
    async (service) => {
      const answer = await foretold(`service ${service}`);
      const sinceMs = performance.now();
      await drill('kill-service', { service });
      await delay(WATCHED_MS);
      expect(answer).toMatchObject({ outcome: 'goes-on', bad: false, expectedMs: 0, lossBytes: 0 });
      expect(workload.history.longestGapMs(sinceMs)).toBeLessThan(NO_PAUSE_MS);
      await eventually('the API answers again', () => report(), SHOWS_MS);
    },
    BOUND_MS,
  );

  it.each([
    ['control-database', 'control-down', 'control-up'],
    ['nats', 'store-down', 'store-up'],
  ])(
    '%s is away: clients do not notice',
    async (service, down, up) => {
      const answer = await foretold(`service ${service}`);
      const before = instance.control.record.epoch;
      const sinceMs = performance.now();
      await drill(down);
      await delay(WATCHED_MS);
      expect(answer).toMatchObject({ outcome: 'goes-on', bad: false, expectedMs: 0, lossBytes: 0 });
      expect(workload.history.longestGapMs(sinceMs)).toBeLessThan(NO_PAUSE_MS);
      await healed(() => drill(up));
      expect(instance.control.record.epoch).toBe(before);
    },
    BOUND_MS,
  );

  it(
    'the only endpoint host is lost: clients are cut off from a primary that goes on',
    async () => {
      const lost = { hostId: 'host-e1' };
      const answer = await foretold('host host-e1');
      await drill('kill-host', lost);
      const sinceMs = performance.now();
      await delay(WATCHED_MS);
      expect(answer).toMatchObject({ outcome: 'unreachable', bad: true, takesOver: null });
      const ways = workload.history.acknowledged.filter(({ startMs }) => startMs >= sinceMs).map(({ via }) => via);
      expect([...new Set(ways)]).toEqual([primary().nodeId]);
      await healed(() => drill('start-host', lost));
    },
    BOUND_MS,
  );

  it(
    'and nothing that was acknowledged or seen on the way is missing, as was foretold of each',
    async () => {
      await workload.stop();
      const rows = await finalRows(instance);
      assertAcknowledgedKept(workload.history, rows);
      assertSeenKept(workload.history, rows);
    },
    BOUND_MS,
  );
});
