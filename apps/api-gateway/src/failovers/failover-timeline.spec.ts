import { EventView, TopologyRecord } from '@tandem/contracts';
import { confirmed, created, degraded, handedOver, promoted, restored } from '@tandem/protocol';
import { failoverCsv } from './failover-csv';
import { failoversOf } from './failover-timeline';

const id = 'pg-aaaaaaaa';
const [a, b] = [`${id}-n1`, `${id}-n2`];
const place = { hostId: 'h', address: '127.0.0.1', port: 1 };
const self = { incarnation: 'i', branch: { epoch: 1, timeline: 1, switchLsn: '0/1' } };
const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
let versions = 0;
const stamp = (row: string, ms: number, facts: Record<string, unknown> = {}) => ({
  id: `v${++versions}`,
  decision: { row, because: `because of ${row}`, by: 'host-x', at: at(ms), facts },
});

const event = (type: string, data: object): EventView => ({
  position: 1,
  id: 'e',
  at: at(0),
  type,
  schemaVersion: 1,
  stream: `topology:${id}`,
  version: 1,
  data: data as Record<string, unknown>,
  meta: {},
});
const told = (...records: TopologyRecord[]) => records.map((record) => event('Version', { revision: 1, record }));
const completed = (epoch: number, ms: number) =>
  event('FailoverCompleted', {
    instanceId: id,
    epoch,
    steps: [{ step: 'endpoint-repointed', row: 'endpoint/repoint', at: at(ms), sinceStartMs: 0 }],
  });

const born = created(
  { instanceId: id, edition: 'ha', mode: 'semi-sync', primary: a, nodes: { [a]: place, [b]: place } },
  stamp('create', 0),
);
const opened = confirmed(born, stamp('open/promoted', 0), self);
const whole = restored(opened, stamp('restore/record', 0), { nodeId: b, incarnation: 'i' });
const fault = { kind: 'fault', reason: 'postmaster-died' } as const;
const given = handedOver(whole, stamp('hand-over/postmaster-died', 1_000), fault);
const course = {
  consentAskedAt: at(1_010),
  consentGivenAt: at(1_060),
  consentRow: 'consent/handed-over',
  consentBy: 'host-b',
};
const taken = promoted(given, stamp('promote/handed-over', 1_062, { synced: true, course }), b);
const served = confirmed(taken, stamp('open/promoted', 1_200), self);
const healed = restored(served, stamp('restore/record', 3_000), { nodeId: a, incarnation: 'i' });
const died = [...told(born, opened, whole, given, taken, served), completed(2, 1_250), ...told(healed)];

describe('the failovers of an instance', () => {
  it('are none for its creation', () => {
    expect(failoversOf(told(born, opened, whole))).toEqual([]);
    expect(failoversOf([])).toEqual([]);
  });

  it('tell each step in ms, with the row and the words that decided it, and the facts of each version', () => {
    const [failover] = failoversOf(died);
    expect(failover).toMatchObject({
      id: whole.id,
      epoch: 2,
      kind: 'fault',
      reason: 'process-died',
      from: a,
      to: b,
      status: 'completed',
      durationMs: 250,
      lossBytes: 0,
    });
    expect(failover.steps.map(({ step, row, sinceStartMs, tookMs }) => [step, row, sinceStartMs, tookMs])).toEqual([
      ['handed-over', 'hand-over/postmaster-died', 0, 0],
      ['consent-asked', 'consent/handed-over', 10, 10],
      ['consent-given', 'consent/handed-over', 60, 50],
      ['promotion-decided', 'promote/handed-over', 62, 2],
      ['opened', 'open/promoted', 200, 138],
      ['endpoint-repointed', 'endpoint/repoint', 250, 50],
    ]);
    expect(failover.steps[3]).toMatchObject({ because: 'because of promote/handed-over', facts: { synced: true } });
  });

  it('begin with the silence where nobody handed over, and tell a lost host from a lost network', () => {
    const silent = { silentSince: at(5_000), consentAskedAt: at(6_300), consentGivenAt: at(6_800) };
    const promotion = promoted(healed, stamp('promote/host-silent', 6_810, { course: silent }), a);
    const after = confirmed(promotion, stamp('open/promoted', 7_000), self);
    const events = [...died, ...told(promotion, after), completed(3, 7_100)];
    const [, second] = failoversOf(events);
    expect(second).toMatchObject({ id: healed.id, reason: 'host-lost', durationMs: 2_100, startedAt: at(5_000) });
    expect(second.steps.map(({ step }) => step)).toEqual([
      'silence-began',
      'consent-asked',
      'consent-given',
      'promotion-decided',
      'opened',
      'endpoint-repointed',
    ]);
    const fenced = event('NodeFenced', { nodeId: b, epoch: 2, by: 'agent', row: 'fence/self' });
    expect(failoversOf([...events, fenced])[1].reason).toBe('network');
  });

  it('are running until an endpoint leads to the new primary', () => {
    expect(failoversOf(told(whole, given, taken))).toMatchObject([
      { status: 'running', epoch: 2, completedAt: null, durationMs: null, id: whole.id },
    ]);
    expect(failoversOf(told(whole, given, taken, served))[0].status).toBe('running');
  });

  it('hold a promotion that was given up on the way, as one story with its way back', () => {
    const back = promoted(taken, stamp('way-back/target-lost', 4_000), a);
    const again = confirmed(back, stamp('open/promoted', 4_100), self);
    const [failover, ...others] = failoversOf([...told(whole, given, taken, back, again), completed(3, 4_200)]);
    expect(others).toEqual([]);
    expect(failover).toMatchObject({ from: a, to: a, epoch: 3, id: whole.id, durationMs: 3_200, lossBytes: 0 });
    expect(failover.steps.filter(({ step }) => step === 'promotion-decided').map(({ row }) => row)).toEqual([
      'promote/handed-over',
      'way-back/target-lost',
    ]);
  });

  it('name a switchover by its operation, and count no withdrawn hand-over', () => {
    const order = { kind: 'switchover', reason: 'requested', operationId: 'op-1', target: b } as const;
    const asked = handedOver(whole, stamp('switchover/hand-over', 0), order);
    const decided = promoted(asked, stamp('promote/switchover', 1), b);
    const switched = confirmed(decided, stamp('open/promoted', 2), self);
    expect(failoversOf(told(whole, asked, decided, switched))).toMatchObject([
      { id: 'op-1', kind: 'switchover', reason: 'manual' },
    ]);
    expect(failoversOf(told(whole, given, degraded(given, stamp('withdraw/degrade', 5), self)))).toEqual([]);
  });

  it('tell what nobody can tell as unknown: a loss out of syncSet', () => {
    const alone = degraded(whole, stamp('degrade/secondary-closed', 0), self);
    const forced = (facts: object) => promoted(alone, stamp('promote/forced', 1, { ...facts }), b);
    expect(failoversOf(told(alone, forced({})))[0].lossBytes).toBeNull();
    expect(failoversOf(told(alone, forced({ lossBytes: 4_096 })))[0].lossBytes).toBe(4_096);
  });
});

describe('the switch log as CSV', () => {
  it('has one line for each change, and its steps in one cell', () => {
    const [head, line, end] = failoverCsv(failoversOf(died)).split('\r\n');
    expect(head).toBe('startedAt,kind,reason,from,to,epoch,status,durationMs,lossBytes,rows,id');
    expect(line).toMatch(
      /^2026-01-01T00:00:01\.000Z,fault,process-died,pg-aaaaaaaa-n1,pg-aaaaaaaa-n2,2,completed,250,0,/,
    );
    expect(line).toContain('promotion-decided promote/handed-over 62; opened open/promoted 200');
    expect(end).toBe('');
  });

  it('quotes what would break a line', () => {
    const [failover] = failoversOf(died);
    expect(failoverCsv([{ ...failover, id: 'a,"b"' }])).toContain(',"a,""b"""\r\n');
  });
});
