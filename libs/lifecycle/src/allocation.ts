import type { InstancePlan, InstanceSpec } from '@tandem/contracts';
import type { KnownHost } from './host-book';
import { CandidateHost, placeInstance, Placement } from './placement';
import { InstancePorts, nextPorts, PortRanges } from './ports';
import { decided, Decided, refused } from './refusal';

/** The one stream in which names, hosts and ports are handed out. */
export const allocationStream = 'allocation:instances';

export interface Allocation {
  readonly instanceId: string;
  readonly operationId: string;
  readonly spec: InstanceSpec;
  readonly plan: InstancePlan;
}

/** Everything that is handed out at one version of the allocation stream. */
export interface Ledger {
  readonly version: number;
  readonly allocations: ReadonlyMap<string, Allocation>;
}

export const emptyLedger: Ledger = { version: 0, allocations: new Map() };

export interface LedgerEvent {
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
}

/** Total: an event of another type only moves the version. */
export function evolveLedger(ledger: Ledger, event: LedgerEvent): Ledger {
  const allocations = new Map(ledger.allocations);
  const data = event.data as Allocation;
  if (event.type === 'InstanceAllocated') allocations.set(data.instanceId, data);
  if (event.type === 'InstanceAllocationReleased') allocations.delete(data.instanceId);
  const held = allocations.get(data.instanceId);
  if (event.type === 'InstanceAllocationRenamed' && held) {
    const { name } = event.data as { name: string };
    allocations.set(data.instanceId, { ...held, spec: { ...held.spec, name } });
  }
  return { version: event.version, allocations };
}

/**
 * Decides what a new instance gets. The answer holds only for this version of the ledger: it is appended with that
 * version expected, and decided anew on a conflict.
 */
export function allocate(
  ledger: Ledger,
  wish: { instanceId: string; operationId: string; spec: InstanceSpec },
  environment: { hosts: readonly KnownHost[]; ranges: PortRanges },
): Decided<Allocation> {
  const all = [...ledger.allocations.values()];
  const free = nameIsFree(ledger, wish);
  if (!free.ok) return free;
  const placement = placeInstance(wish.spec, withUse(environment.hosts, all));
  if (!placement.ok) return placement;
  const ports = nextPorts(environment.ranges, usedPorts(all));
  if (!ports.ok) return ports;
  return decided({ ...wish, plan: planOf(wish.instanceId, placement.value, ports.value) });
}

/** Whether an instance may have a name; its own it may keep. */
export function nameIsFree(
  ledger: Ledger,
  { instanceId, spec: { name } }: { instanceId: string; spec: { name: string } },
): Decided<true> {
  const holder = [...ledger.allocations.values()].find((each) => each.spec.name === name);
  if (!holder || holder.instanceId === instanceId) return decided(true);
  return refused('name-taken', `${holder.instanceId} has the name ${name}.`);
}

function withUse(hosts: readonly KnownHost[], all: readonly Allocation[]): CandidateHost[] {
  const places = all.flatMap(({ plan }) => [...Object.values(plan.nodes), ...plan.endpointHosts]);
  return hosts.map((host) => ({ ...host, used: places.filter((place) => place.hostId === host.hostId).length }));
}

function usedPorts(all: readonly Allocation[]): Set<number> {
  return new Set(
    all.flatMap(({ plan }) => [
      plan.sessionPort,
      plan.pooledPort,
      ...Object.values(plan.nodes).map((node) => node.port),
    ]),
  );
}

function planOf(instanceId: string, placement: Placement, ports: InstancePorts): InstancePlan {
  const chosen = [placement.primary, ...(placement.secondary ? [placement.secondary] : [])];
  const nodes = chosen.map(({ hostId, address, zone }, index) => [
    `${instanceId}-n${index + 1}`,
    { hostId, address, zone, port: ports.rawPort },
  ]);
  return {
    primary: `${instanceId}-n1`,
    nodes: Object.fromEntries(nodes) as InstancePlan['nodes'],
    endpointHosts: placement.endpointHosts.map(({ hostId, address }) => ({ hostId, address })),
    sessionPort: ports.sessionPort,
    pooledPort: ports.pooledPort,
  };
}
