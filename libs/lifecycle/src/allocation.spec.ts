import { instancePlan } from '@tandem/contracts';
import { allocate, Allocation, emptyLedger, evolveLedger, Ledger, nameIsFree } from './allocation';
import type { KnownHost } from './host-book';
import { portRanges } from './ports';

const hosts: KnownHost[] = [
  { hostId: 'host-a1', zone: 'zone-a', roles: ['database'], address: '127.0.1.11', state: 'live' },
  { hostId: 'host-a2', zone: 'zone-a', roles: ['database'], address: '127.0.1.12', state: 'live' },
  { hostId: 'host-b1', zone: 'zone-b', roles: ['database'], address: '127.0.1.13', state: 'live' },
  { hostId: 'host-c1', zone: 'zone-c', roles: ['database'], address: '127.0.1.14', state: 'live' },
  { hostId: 'host-e1', zone: 'zone-a', roles: ['endpoint'], address: '127.0.0.1', state: 'live' },
];
const environment = { hosts, ranges: portRanges(7400) };
const wish = (instanceId: string, name: string) => ({
  instanceId,
  operationId: `op-${name}`,
  spec: { name, edition: 'ha' as const, zones: 'multi-zone' as const, account: 'app', database: 'app' },
});

function given(ledger: Ledger, instanceId: string, name: string): { ledger: Ledger; allocation: Allocation } {
  const made = allocate(ledger, wish(instanceId, name), environment);
  if (!made.ok) throw new Error(made.refusal.detail);
  const event = { type: 'InstanceAllocated', version: ledger.version + 1, data: made.value };
  return { ledger: evolveLedger(ledger, event), allocation: made.value };
}

describe('allocate', () => {
  const first = given(emptyLedger, 'pg-aaaaaaaa', 'demo');

  it('makes a plan that the contract accepts', () => {
    expect(instancePlan.parse(first.allocation.plan)).toEqual({
      primary: 'pg-aaaaaaaa-n1',
      nodes: {
        'pg-aaaaaaaa-n1': { hostId: 'host-a1', address: '127.0.1.11', zone: 'zone-a', port: 7800 },
        'pg-aaaaaaaa-n2': { hostId: 'host-b1', address: '127.0.1.13', zone: 'zone-b', port: 7800 },
      },
      endpointHosts: [{ hostId: 'host-e1', address: '127.0.0.1' }],
      sessionPort: 7500,
      pooledPort: 7501,
    });
  });

  it('refuses a name that is taken, naming its holder', () => {
    const again = allocate(first.ledger, wish('pg-bbbbbbbb', 'demo'), environment);
    expect(again).toMatchObject({ ok: false, refusal: { code: 'name-taken' } });
    expect(again.ok ? '' : again.refusal.detail).toContain('pg-aaaaaaaa');
  });

  it('gives the next instance other ports and the least used hosts', () => {
    const second = given(first.ledger, 'pg-bbbbbbbb', 'other').allocation.plan;
    expect(second).toMatchObject({ sessionPort: 7502, pooledPort: 7503 });
    expect(Object.values(second.nodes)).toMatchObject([
      { hostId: 'host-a2', port: 7801 },
      { hostId: 'host-c1', port: 7801 },
    ]);
  });

  it('frees the old name and takes the new one when an instance is renamed', () => {
    const event = { type: 'InstanceAllocationRenamed', version: 2, data: { instanceId: 'pg-aaaaaaaa', name: 'new' } };
    const renamed = evolveLedger(first.ledger, event);
    expect(allocate(renamed, wish('pg-bbbbbbbb', 'new'), environment)).toMatchObject({ ok: false });
    expect(allocate(renamed, wish('pg-bbbbbbbb', 'demo'), environment)).toMatchObject({ ok: true });
    expect(nameIsFree(renamed, { instanceId: 'pg-aaaaaaaa', spec: { name: 'new' } }).ok).toBe(true);
  });

  it('hands out name and ports again once they are released', () => {
    const released = evolveLedger(first.ledger, {
      type: 'InstanceAllocationReleased',
      version: 2,
      data: { instanceId: 'pg-aaaaaaaa' },
    });
    expect(given(released, 'pg-bbbbbbbb', 'demo').allocation.plan.sessionPort).toBe(7500);
    expect(released.version).toBe(2);
  });
});
