import { Branch, ConsentRequest, TopologyRecord } from '@tandem/contracts';
import { NodeConsent } from './node-consent';
import { NodeMemory } from './node-memory';
import { NodeSight } from './node-sight';
import { NodeStream } from './node-stream';

const first = { epoch: 1, timeline: 1, switchLsn: '0/0' };
const branch = { epoch: 2, timeline: 2, switchLsn: '0/3000060' };
const record = {
  id: 'v7',
  epoch: 2,
  state: 'handed-over',
  primary: 'n2',
  syncSet: ['n1'],
  incarnations: { n1: 'life' },
  branch,
  handOver: { kind: 'fault', reason: 'postmaster-died' },
} as unknown as TopologyRecord;
const request = { recordId: 'v7', epoch: 2, kind: 'hand-over' } as ConsentRequest;

/** The answer of a standby that went through `lineage`, asked after a hand-over that it knows of. */
function answerOf(lineage: Branch[]) {
  const state = { incarnation: 'life', lineage, following: { epoch: 2, primary: 'n2' } };
  const memory = { nodeId: 'n1', record, running: true, lastSilenceCutMs: -Infinity, file: { state } };
  const sight = { data: 'standby', position: '0/4000000', standby: { inRecovery: true, receiver: null } };
  const stream = { cut: async () => '0/4000000' };
  const consent = new NodeConsent(
    memory as unknown as NodeMemory,
    sight as unknown as NodeSight,
    stream as unknown as NodeStream,
    async () => undefined,
  );
  return consent.answer(request);
}

describe('a standby in syncSet, asked for its consent after a hand-over', () => {
  it('cuts and consents when the branch of the record is the last one of its own history (R4 a)', async () => {
    expect(await answerOf([first, branch])).toMatchObject({ ok: true, result: { finalLsn: '0/4000000' } });
  });

  it.each([
    ['has not come to that branch', [first]],
    ['went through another one of the same number', [first, { ...branch, switchLsn: '0/2FFFF00' }]],
    ['knows of none', []],
  ])('refuses when it %s (R4 a, R9)', async (_, lineage) => {
    expect(await answerOf(lineage)).toMatchObject({ ok: false, rejection: { params: { row: 'refuse/inconsistent' } } });
  });
});
