import type { InstanceSpec } from '@tandem/contracts';
import type { KnownHost } from './host-book';
import { decided, Decided, refused } from './refusal';

export interface CandidateHost extends KnownHost {
  /** How many nodes and endpoints lie on it already: the least used host is preferred. */
  readonly used: number;
}

export interface Placement {
  readonly primary: CandidateHost;
  readonly secondary: CandidateHost | null;
  readonly endpointHosts: readonly CandidateHost[];
}

/** Two endpoint hosts survive the loss of one; more would only cost processes. */
const ENDPOINT_HOSTS_MAX = 2;

/**
 * Chooses live hosts for a new instance: never both nodes on one host, the zones as asked, and the endpoint away from
 * the instance's own nodes while other endpoint hosts exist. The same input gives the same answer.
 */
export function placeInstance(
  spec: Pick<InstanceSpec, 'edition' | 'zones'>,
  hosts: readonly CandidateHost[],
): Decided<Placement> {
  const live = hosts.filter((host) => host.state === 'live').sort(byUse);
  const databases = live.filter((host) => host.roles.includes('database'));
  const pair = spec.edition === 'ha' ? bestPair(databases, spec.zones) : bestSingle(databases);
  if (!pair) return tooFew(missingNodes(spec), hosts);
  const endpointHosts = placeEndpoints(live, pair);
  if (endpointHosts.length === 0) return tooFew('one live host with the role endpoint', hosts);
  return decided({ primary: pair[0], secondary: pair[1] ?? null, endpointHosts });
}

const byUse = (a: CandidateHost, b: CandidateHost): number => a.used - b.used || a.hostId.localeCompare(b.hostId);

function bestSingle(hosts: readonly CandidateHost[]): [CandidateHost] | null {
  return hosts[0] ? [hosts[0]] : null;
}

function bestPair(
  hosts: readonly CandidateHost[],
  zones: InstanceSpec['zones'],
): [CandidateHost, CandidateHost] | null {
  const pairs = hosts.flatMap((primary, index) =>
    hosts.slice(index + 1).map((secondary): [CandidateHost, CandidateHost] => [primary, secondary]),
  );
  const fitting = pairs.filter(([a, b]) => (a.zone === b.zone) === (zones === 'single-zone'));
  // The sort is stable and the hosts come least used first, so ties fall to the smaller ids.
  return fitting.sort((p, q) => p[0].used + p[1].used - (q[0].used + q[1].used))[0] ?? null;
}

function placeEndpoints(live: readonly CandidateHost[], nodes: readonly CandidateHost[]): CandidateHost[] {
  const candidates = live.filter((host) => host.roles.includes('endpoint'));
  const apart = candidates.filter((host) => !nodes.some((node) => node.hostId === host.hostId));
  return (apart.length > 0 ? apart : candidates).slice(0, ENDPOINT_HOSTS_MAX);
}

function missingNodes({ edition, zones }: Pick<InstanceSpec, 'edition' | 'zones'>): string {
  if (edition === 'basic') return 'one live host with the role database';
  return `two live hosts with the role database ${zones === 'multi-zone' ? 'in two zones' : 'in one zone'}`;
}

function tooFew(needed: string, hosts: readonly CandidateHost[]): Decided<never> {
  const there = hosts.map((host) => `${host.hostId} (${host.zone}, ${host.roles.join('+')}, ${host.state})`);
  return refused('too-few-hosts', `Needed: ${needed}. There are: ${there.join(', ') || 'no hosts'}.`, { needed });
}
