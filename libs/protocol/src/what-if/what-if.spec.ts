import { Loss, TopologyRecord } from '@tandem/contracts';
import {
  agentTable,
  answerTo,
  breachOf,
  consentTable,
  decideFailover,
  endpointTable,
  Fact,
  failoverTable,
  lossesOf,
  nameOfLoss,
  NodeSituation,
  rehearse,
  Situation,
  timings,
  whatIf,
} from '../index';

const a = 'pg-aaaaaaaa-n1';
const b = 'pg-aaaaaaaa-n2';
const place = (hostId: string) => ({ hostId, address: '127.0.0.1', port: 1 });
const record: TopologyRecord = {
  schemaVersion: 1,
  id: 'v7',
  prevId: 'v6',
  instanceId: 'pg-aaaaaaaa',
  edition: 'ha',
  mode: 'semi-sync',
  epoch: 3,
  state: 'open',
  primary: a,
  syncSet: [b],
  nodes: { [a]: place('host-a1'), [b]: place('host-b1') },
  incarnations: { [a]: 'a-1', [b]: 'b-1' },
  branch: { epoch: 3, timeline: 3, switchLsn: '0/3000000' },
  decision: { row: 'restore/record', because: '', by: 'host-a1', at: '', facts: {} },
};
const primary: NodeSituation = {
  data: 'primary',
  running: true,
  accepting: true,
  gate: 'open',
  confirmed: true,
  names: 'set',
  streaming: false,
  incarnation: 'a-1',
  silenceCutInMs: 0,
};
const standby: NodeSituation = {
  ...primary,
  data: 'standby',
  gate: 'closed',
  confirmed: false,
  names: 'clear',
  streaming: true,
  incarnation: 'b-1',
};
const whole: Situation = {
  record,
  hosts: {
    'host-a1': { zone: 'zone-a', silent: 'no' },
    'host-b1': { zone: 'zone-b', silent: 'no' },
    'host-e1': { zone: 'zone-a', silent: 'no' },
    'host-e2': { zone: 'zone-c', silent: 'no' },
  },
  endpointHosts: ['host-e1', 'host-e2'],
  nodes: { [a]: primary, [b]: standby },
  lagBytes: 0,
  storeTrusted: true,
};
const degraded: Situation = {
  ...whole,
  record: { ...record, syncSet: [] },
  nodes: { [a]: { ...primary, names: 'clear' }, [b]: { ...standby, streaming: false } },
};

const ask = (situation: Situation, lost: Loss) => answerTo(situation, lost);
const host = (hostId: string): Loss => ({ kind: 'host', hostId });

describe('a whole pair', () => {
  test("fails over when the primary's host is lost: to the secondary, with nothing missing, by the row of its table", () => {
    const answer = ask(whole, host('host-a1'));
    expect(answer).toMatchObject({
      outcome: 'takes-over',
      bad: false,
      takesOver: { nodeId: b, hostId: 'host-b1' },
      lossBytes: 0,
      row: 'promote/host-silent',
      basis: 'prior',
    });
    // failover-safety.md: 1,200 + 300 + 200 + 2 x 10 + 150 + 500 = 2,370, and the gate's 30.
    expect(answer.expectedMs).toBe(2_400);
    expect(answer.path.map(({ row }) => row)).toEqual([
      'consent/primary-silent',
      'promote/host-silent',
      'promote/promote',
      'open/promoted',
      'gate/open',
      'endpoint/repoint', // Once for each of the two endpoint hosts.
      'endpoint/repoint',
    ]);
  });

  test('is handed over when its PostgreSQL dies, well before a host would be found silent', () => {
    const answer = ask(whole, { kind: 'process', nodeId: a });
    expect(answer).toMatchObject({ outcome: 'takes-over', takesOver: { nodeId: b }, row: 'promote/handed-over' });
    expect(answer.path[0].row).toBe('hand-over/postmaster-died');
    expect(answer.expectedMs).toBeLessThan(timings.suspect);
  });

  test('goes on alone when the secondary is lost, and is told to be without protection', () => {
    expect(ask(whole, host('host-b1'))).toMatchObject({
      outcome: 'goes-on',
      bad: false,
      row: 'degrade/secondary-silent',
      protectedAfter: false,
      expectedMs: timings.degradeAfter + 10,
    });
    expect(ask(whole, { kind: 'process', nodeId: b })).toMatchObject({
      outcome: 'goes-on',
      row: 'degrade/secondary-closed',
    });
  });

  test('fails over that much later when the secondary has cut its stream for silence within the last ten seconds', () => {
    const lately = { ...whole, nodes: { [a]: primary, [b]: { ...standby, silenceCutInMs: 6_000 } } };
    const history = [{ instanceId: record.instanceId, row: 'promote/host-silent', durationMs: 1_900 }];
    const answer = answerTo(lately, host('host-a1'), history);
    expect(answer).toMatchObject({ outcome: 'takes-over', row: 'promote/host-silent', basis: 'prior' });
    expect(answer.expectedMs).toBe(7_200);
    expect(answer.path.map(({ row }) => row)).toContain('refuse/cut-lately');
  });

  test('does not fail over when only the store is cut off from the primary: the secondary still streams (R10)', () => {
    expect(ask(whole, { kind: 'link', from: 'host-a1', to: 'nats' })).toMatchObject({
      outcome: 'goes-on',
      row: 'refuse/still-attached',
      expectedMs: 0,
      protectedAfter: true,
    });
  });

  test('degrades when the two nodes lose each other, and nobody is promoted', () => {
    expect(ask(whole, { kind: 'link', from: 'host-a1', to: 'host-b1' })).toMatchObject({
      outcome: 'goes-on',
      row: 'degrade/secondary-silent',
    });
  });

  test.each(['api-gateway', 'instance-manager', 'health-monitor', 'failover-orchestrator', 'control-database', 'nats'])(
    'goes on without %s',
    (service) => {
      expect(ask(whole, { kind: 'service', service } as Loss)).toMatchObject({ outcome: 'goes-on', expectedMs: 0 });
    },
  );

  test('cannot be reached once its last endpoint host is lost', () => {
    const answer = ask({ ...whole, endpointHosts: ['host-e1'] }, host('host-e1'));
    expect(answer).toMatchObject({ outcome: 'unreachable', bad: true, expectedMs: null });
    expect(ask(whole, host('host-e1'))).toMatchObject({ outcome: 'goes-on', expectedMs: 0 });
  });

  test('expects what this installation has measured: its own failovers by that row before those of others', () => {
    const of = (instanceId: string, row: string, durationMs: number) => ({ instanceId, row, durationMs });
    const others = [of('pg-bbbbbbbb', 'promote/host-silent', 3_000), of('pg-bbbbbbbb', 'promote/handed-over', 90)];
    const own = [1_900, 2_100, 2_000].map((ms) => of('pg-aaaaaaaa', 'promote/host-silent', ms));
    expect(answerTo(whole, host('host-a1'), others)).toMatchObject({ expectedMs: 3_000, basis: 'measured' });
    expect(answerTo(whole, host('host-a1'), [...others, ...own])).toMatchObject({
      expectedMs: 2_000,
      measuredFailovers: 3,
    });
  });
});

describe('a degraded pair', () => {
  test("waits when the primary's host is lost, in the words of the failover table (R5)", () => {
    const facts = {
      state: 'open',
      handOverKind: 'none',
      synced: false,
      primarySilent: 'yes',
      otherSilent: 'no',
      otherHasData: true,
      consent: 'none',
      promotionStuck: 'no',
      storeTrusted: true,
    } as const;
    const { row, because } = decideFailover(facts);
    expect(ask(degraded, host('host-a1'))).toMatchObject({
      outcome: 'waits',
      bad: true,
      row,
      because,
      takesOver: null,
    });
  });

  test('comes back by itself when only the PostgreSQL of its primary dies', () => {
    expect(ask(degraded, { kind: 'process', nodeId: a })).toMatchObject({ outcome: 'goes-on', row: 'confirm/alone' });
  });
});

test('Basic has nobody to take over: its host is waited for, its PostgreSQL comes back by itself', () => {
  const alone: TopologyRecord = { ...degraded.record, edition: 'basic', nodes: { [a]: place('host-a1') } };
  const basic = { ...degraded, record: alone, nodes: { [a]: degraded.nodes[a] } };
  expect(ask(basic, host('host-a1'))).toMatchObject({ outcome: 'waits', takesOver: null });
  expect(ask(basic, { kind: 'process', nodeId: a })).toMatchObject({ outcome: 'goes-on', row: 'confirm/alone' });
  expect(lossesOf(basic).some((lost) => lost.kind === 'link' && lost.to !== 'nats')).toBe(false);
});

test('every loss is asked about once, and has a name of its own', () => {
  const names = whatIf(whole).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of ['host host-a1', 'zone zone-a', 'link host-a1-host-b1', 'link host-e1-nats', 'service nats'])
    expect(names).toContain(name);
});

/** Every combination of record, hosts and nodes that the situation distinguishes. */
function* situations(): Generator<Situation> {
  const facts: Fact[] = ['yes', 'no', 'unknown'];
  const secondaries: (NodeSituation | null)[] = [
    standby,
    null,
    { ...standby, streaming: false },
    { ...standby, running: false, accepting: false, streaming: false },
    { ...standby, incarnation: 'b-0' },
    { ...standby, data: 'none', running: false, accepting: false, streaming: false, incarnation: null },
    { ...standby, data: 'primary', streaming: false },
  ];
  const primaries: (NodeSituation | null)[] = [
    primary,
    null,
    { ...primary, gate: 'closed', confirmed: false },
    { ...primary, running: false, accepting: false, gate: 'closed', confirmed: false },
  ];
  for (const state of ['open', 'promoting', 'handed-over', 'retired'] as const)
    for (const syncSet of state === 'promoting' ? [[]] : [[b], []])
      for (const primarySilent of facts)
        for (const otherSilent of facts)
          for (const storeTrusted of primarySilent === otherSilent ? [true, false] : [true])
            for (const first of primaries)
              for (const second of secondaries)
                for (const incarnations of [record.incarnations, {}] as TopologyRecord['incarnations'][])
                  yield {
                    ...whole,
                    storeTrusted,
                    record: {
                      ...record,
                      state,
                      syncSet,
                      incarnations,
                      ...(state === 'handed-over' ? { handOver: { kind: 'fault', reason: 'postmaster-died' } } : {}),
                    },
                    hosts: {
                      ...whole.hosts,
                      'host-a1': { zone: 'zone-a', silent: primarySilent },
                      'host-b1': { zone: 'zone-b', silent: otherSilent },
                    },
                    nodes: { [a]: first, [b]: second },
                  };
}

/** One of each kind that reaches a node; what the two nodes have in common need not be asked twice. */
const losses: readonly Loss[] = [
  host('host-a1'),
  host('host-b1'),
  { kind: 'process', nodeId: a },
  { kind: 'link', from: 'host-a1', to: 'host-b1' },
  { kind: 'link', from: 'host-a1', to: 'nats' },
  { kind: 'service', service: 'health-monitor' },
  { kind: 'service', service: 'nats' },
];

describe('laws over every combination of record, hosts and nodes, each loss by itself', () => {
  const asked: { situation: Situation; lost: Loss; answer: ReturnType<typeof answerTo> }[] = [];
  const because = new Map(
    [...agentTable, ...consentTable, ...endpointTable, ...failoverTable].map((row) => [`${row.id} ${row.because}`, 0]),
  );
  const broken: string[] = [];
  const must = (law: string, holds: boolean, { situation, lost }: { situation: Situation; lost: Loss }): void => {
    if (!holds && broken.length < 5) broken.push(`${law}: ${nameOfLoss(lost)} in ${JSON.stringify(situation)}`);
  };

  beforeAll(() => {
    for (const situation of situations())
      for (const lost of losses) asked.push({ situation, lost, answer: answerTo(situation, lost) });
  });
  beforeEach(() => broken.splice(0));
  afterEach(() => expect(broken).toEqual([]));

  test('there are enough of them, with each outcome', () => {
    const outcomes = new Set(asked.map(({ answer }) => answer.outcome));
    expect(asked.length).toBeGreaterThan(20_000);
    expect([...outcomes].sort()).toEqual(['goes-on', 'takes-over', 'waits']);
  });

  test('R4, R5: nobody outside syncSet takes over, unless an epoch that never opened is given up', () => {
    for (const one of asked) {
      const { record } = one.situation;
      const { takesOver } = one.answer;
      if (!takesOver) continue;
      const inSet = record.syncSet.includes(takesOver.nodeId);
      must('R4 (a)', inSet || record.state === 'promoting', one);
      const life = one.situation.nodes[takesOver.nodeId]?.incarnation;
      must('R4 (a), incarnation', !inSet || record.incarnations[takesOver.nodeId] === life, one);
      must('nothing is missing', one.answer.lossBytes === 0, one);
    }
  });

  test('R14: what is unknown promotes nobody', () => {
    for (const one of asked) {
      const { hosts, record } = one.situation;
      const unknown = hosts['host-a1'].silent === 'unknown' && record.state === 'open';
      const handedOver = one.answer.path.some(({ row }) => row === 'hand-over/postmaster-died');
      must('R14', !unknown || one.answer.outcome !== 'takes-over' || handedOver, one);
    }
  });

  test('R12: while the store is not trusted, or away, nobody takes over', () => {
    for (const one of asked) {
      const away = !one.situation.storeTrusted || nameOfLoss(one.lost) === 'service nats';
      must('R12', !away || one.answer.outcome !== 'takes-over', one);
    }
  });

  test('it waits whenever the failover table says so of a primary that is gone', () => {
    let waiting = 0;
    for (const one of asked) {
      const { record, storeTrusted, hosts } = one.situation;
      if (one.lost.kind !== 'host' || one.lost.hostId !== 'host-a1' || record.state !== 'open') continue;
      const { action, row } = decideFailover({
        state: record.state,
        handOverKind: 'none',
        synced: record.syncSet.length > 0,
        primarySilent: hosts['host-a1'].silent === 'unknown' ? 'unknown' : 'yes',
        otherSilent: hosts['host-b1'].silent,
        otherHasData: record.incarnations[b] !== undefined,
        consent: 'none',
        promotionStuck: 'no',
        storeTrusted,
      });
      if (action !== 'tell-waiting') continue;
      waiting++;
      must('waits', one.answer.outcome === 'waits' && one.answer.bad && one.answer.row === row, one);
    }
    expect(waiting).toBeGreaterThan(100);
  });

  test('every version that a rehearsal writes keeps the invariants of the record', () => {
    for (const one of asked) {
      const { versions } = rehearse(one.situation, one.lost);
      for (const [index, version] of versions.slice(1).entries())
        must('breachOf', breachOf(versions[index], version) === undefined, one);
    }
  });

  test('every step is a row of a production table, in its own words', () => {
    for (const one of asked)
      for (const { row, because: words } of [...one.answer.path, one.answer]) {
        const known = because.has(`${row} ${words}`);
        must(`row ${row}`, known, one);
        because.set(`${row} ${words}`, 1);
      }
    // Also what is rare is rehearsed.
    for (const row of ['way-back/target-lost', 'withdraw/degrade', 'fence/self', 'refuse/not-in-sync-set'])
      expect([...because].filter(([name, seen]) => name.startsWith(`${row} `) && seen === 1)).toHaveLength(1);
  });

  test('the same situation has the same answer, and asking changes nothing', () => {
    for (const one of asked.filter((_, index) => index % 97 === 0)) {
      const before = JSON.stringify(one.situation);
      must('deterministic', JSON.stringify(answerTo(one.situation, one.lost)) === JSON.stringify(one.answer), one);
      must('pure', JSON.stringify(one.situation) === before, one);
    }
  });
});
