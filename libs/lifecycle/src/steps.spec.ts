import { CREATION_DEADLINE_MS, CreationLook, creationSteps, nextCreationStep, RecordLook } from './creation-steps';
import { DeletionLook, deletionSteps, nextDeletionStep, RECORD_LOGGED_BOUND_MS } from './deletion-steps';

const n1 = 'pg-aaaaaaaa-n1';
const n2 = 'pg-aaaaaaaa-n2';
const place = { hostId: 'host-a1', address: '127.0.1.11', port: 7800, zone: 'zone-a' };
const plan = {
  primary: n1,
  nodes: { [n1]: place, [n2]: { ...place, hostId: 'host-b1' } },
  endpointHosts: [{ hostId: 'host-e1', address: '127.0.0.1' }],
  sessionPort: 7500,
  pooledPort: 7501,
};
const record = (state: string, syncSet: string[] = [], primary = n1): RecordLook => ({ state, primary, syncSet });
const all = new Set([n1, n2, 'host-e1']);

describe('nextCreationStep', () => {
  const start: CreationLook = {
    spec: { name: 'demo', edition: 'ha', zones: 'multi-zone', account: 'app', database: 'app' },
    plan,
    record: 'absent',
    assignedNodes: new Set(),
    assignedEndpoints: new Set(),
    accountEnsured: false,
    lastFailure: null,
    ageMs: 0,
    deadlineMs: CREATION_DEADLINE_MS,
  };
  const assigned = { ...start, assignedNodes: all, assignedEndpoints: all };
  const look = (more: Partial<CreationLook>) => nextCreationStep({ ...assigned, ...more });

  it('creates the record first, and only where there is none (R1)', () => {
    expect(look({})).toMatchObject({ next: 'call', effects: [{ do: 'create-record' }] });
    expect(look({ record: 'unknown' })).toMatchObject({ next: 'wait' });
  });

  it('assigns all that has not acknowledged yet, together', () => {
    expect(nextCreationStep({ ...start, record: record('promoting'), assignedNodes: new Set([n1]) })).toMatchObject({
      effects: [
        { do: 'assign-node', nodeId: n2 },
        { do: 'assign-endpoint', hostId: 'host-e1' },
      ],
    });
  });

  it('waits until the primary opened itself', () => {
    expect(look({ record: record('promoting') })).toMatchObject({ next: 'wait', step: 'open the primary' });
  });

  it('makes the account on whoever is the primary by then', () => {
    expect(look({ record: record('open', [], n2) })).toMatchObject({ effects: [{ do: 'ensure-account', nodeId: n2 }] });
  });

  it('calls an HA instance created only with its secondary in syncSet, Basic without one', () => {
    const open = { accountEnsured: true, record: record('open') };
    expect(look(open)).toMatchObject({ next: 'wait', step: 'attach the secondary' });
    expect(look({ ...open, record: record('open', [n2]) })).toMatchObject({ next: 'finish' });
    expect(look({ ...open, spec: { ...start.spec, edition: 'basic' } })).toMatchObject({ next: 'finish' });
  });

  it('gives up at the deadline and says where it stood and why', () => {
    const late = { ageMs: CREATION_DEADLINE_MS, record: record('promoting'), lastFailure: 'host-a1 does not answer' };
    const given = look(late);
    expect(given).toMatchObject({ next: 'fail', problem: { code: 'unavailable' } });
    expect(given.next === 'fail' && given.problem.detail).toContain('open the primary');
    expect(given.next === 'fail' && given.problem.detail).toContain('host-a1 does not answer');
  });

  it('finishes what is complete even past the deadline, as nothing is left to do', () => {
    const done = { ageMs: CREATION_DEADLINE_MS + 1, record: record('open', [n2]), accountEnsured: true };
    expect(look(done)).toMatchObject({ next: 'finish' });
  });

  it('goes through the listed steps in their order', () => {
    const open = record('open');
    const looks: CreationLook[] = [
      start,
      { ...start, record: record('promoting') },
      { ...assigned, record: record('promoting') },
      { ...assigned, record: open },
      { ...assigned, record: open, accountEnsured: true },
    ];
    expect(looks.map((each) => nextCreationStep(each).step)).toEqual(creationSteps);
  });

  it('goes on giving up after a restart, as the record tells it', () => {
    expect(look({ record: record('retired') })).toMatchObject({ next: 'fail' });
  });
});

describe('nextDeletionStep', () => {
  const start: DeletionLook = {
    plan,
    record: record('open', [n2]),
    releasedEndpoints: new Set(),
    releasedNodes: new Set(),
    recordLogged: false,
    onlyRecordLeftMs: null,
  };
  const released = { record: record('retired'), releasedEndpoints: all, releasedNodes: all };
  const look = (more: Partial<DeletionLook>) => nextDeletionStep({ ...start, ...more });

  it('retires the record before any node is released, so that nobody promotes what is going', () => {
    expect(look({})).toMatchObject({ effects: [{ do: 'release-endpoint' }, { do: 'retire-record' }] });
  });

  it('asks each member again until it has acknowledged', () => {
    expect(look({ ...released, releasedNodes: new Set([n1]) })).toMatchObject({
      effects: [{ do: 'release-node', nodeId: n2 }],
    });
  });

  it('removes the record only once its versions are logged (R11)', () => {
    expect(look(released)).toMatchObject({ next: 'wait', step: 'log the record' });
    expect(look({ ...released, recordLogged: true })).toMatchObject({ effects: [{ do: 'remove-record' }] });
  });

  it('ends without the removal when the log stays away, and leaves that to the sweep', () => {
    expect(look({ ...released, onlyRecordLeftMs: RECORD_LOGGED_BOUND_MS + 1 })).toMatchObject({ next: 'finish' });
  });

  it('goes through the listed steps in their order', () => {
    const looks = [{}, { record: record('retired') }, released, { ...released, recordLogged: true }];
    expect(looks.map((each) => look(each).step)).toEqual(deletionSteps);
  });

  it('releases the nodes of a creation that never had a record', () => {
    expect(look({ record: 'absent', releasedEndpoints: all })).toMatchObject({
      effects: [{ do: 'release-node' }, { do: 'release-node' }],
    });
    expect(look({ ...released, record: 'absent' })).toMatchObject({ next: 'finish' });
  });

  it('does nothing while the store does not answer', () => {
    expect(look({ record: 'unknown' })).toMatchObject({ next: 'wait' });
  });
});
