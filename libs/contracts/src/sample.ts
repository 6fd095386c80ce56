import type { InstancePlan, InstanceSpec } from './events';
import type { TopologyRecord } from './topology-record';

/** One instance, `orders`: every example of the references tells of it, so that what an outsider reads hangs together. */
const instanceId = 'pg-7k2m9x4q';
const [n1, n2] = [`${instanceId}-n1`, `${instanceId}-n2`];
const at = '2025-11-25T09:30:00.000Z';
const places = {
  [n1]: { hostId: 'host-a1', address: '127.0.1.1', port: 7800 },
  [n2]: { hostId: 'host-b1', address: '127.0.1.2', port: 7800 },
};

const spec: InstanceSpec = {
  name: 'orders',
  edition: 'ha',
  zones: 'multi-zone',
  account: 'app',
  database: 'app',
};

const plan: InstancePlan = {
  primary: n1,
  nodes: { [n1]: { ...places[n1], zone: 'zone-a' }, [n2]: { ...places[n2], zone: 'zone-b' } },
  endpointHosts: [{ hostId: 'host-e1', address: '127.0.0.1' }],
  sessionPort: 7500,
  pooledPort: 7501,
};

const record: TopologyRecord = {
  schemaVersion: 1,
  id: '0d0f4b1e-4f0c-4b0e-9a53-5d1f6f1c2a01',
  prevId: '6c3a9c52-7a1d-4a7e-8f2b-1f5f0c7f9e10',
  instanceId,
  edition: 'ha',
  mode: 'semi-sync',
  epoch: 1,
  state: 'open',
  primary: n1,
  syncSet: [n2],
  nodes: places,
  incarnations: { [n1]: 'i-5b1c', [n2]: 'i-9e07' },
  branch: { epoch: 1, timeline: 1, switchLsn: '0/3000000' },
  decision: { row: 'restore/record', because: 'the secondary holds every commit', by: 'agent:host-a1', at, facts: {} },
};

export const sample = {
  instanceId,
  n1,
  n2,
  operationId: 'op-3f6d2c1a-8e1b-4f5c-9b7a-2d4e6f8a0b1c',
  at,
  places,
  spec,
  plan,
  record,
  verifier: 'SCRAM-SHA-256$4096:<salt>$<stored key>:<server key>',
} as const;
