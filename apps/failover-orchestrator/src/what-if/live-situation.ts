import { InstancePlan, NodeId, NodeReport, TopologyRecord } from '@tandem/contracts';
import { Bus } from '@tandem/messaging';
import { lsnValue, NodeSituation, otherNode, Situation } from '@tandem/protocol';
import { askAgent } from '../decide-failover/agent-link';
import { HostFactsView } from '../decide-failover/host-facts.view';

/** An agent that takes longer to tell of its node would not be in time for a failover either. */
const REPORT_MS = 300;

interface Sources {
  readonly bus: Bus;
  readonly hosts: HostFactsView;
  readonly plan: InstancePlan | undefined;
  readonly storeTrusted: boolean;
}

/** One instance as it is at this moment: its record, the facts about its hosts, and its agents' own words. */
export async function liveSituation(record: TopologyRecord, sources: Sources): Promise<Situation> {
  const ids = Object.keys(record.nodes);
  const told = await Promise.all(ids.map((nodeId) => reportOf(record, nodeId, sources.bus)));
  const reports = new Map(ids.map((nodeId, index) => [nodeId, told[index]]));
  const endpointHosts = (sources.plan?.endpointHosts ?? []).map(({ hostId }) => hostId);
  const hostIds = new Set([...Object.values(record.nodes).map(({ hostId }) => hostId), ...endpointHosts]);
  return {
    record,
    hosts: Object.fromEntries([...hostIds].map((hostId) => [hostId, hostSituation(hostId, sources)])),
    endpointHosts,
    nodes: Object.fromEntries(ids.map((nodeId) => [nodeId, nodeSituation(record, reports.get(nodeId) ?? null)])),
    lagBytes: lagBetween(record, reports),
    storeTrusted: sources.storeTrusted,
  };
}

async function reportOf(record: TopologyRecord, nodeId: NodeId, bus: Bus): Promise<NodeReport | null> {
  const { instanceId, nodes } = record;
  const answer = await askAgent(bus, nodes[nodeId].hostId, 'report', { instanceId, nodeId }, REPORT_MS).catch(
    () => null,
  );
  return answer?.ok ? answer.result : null;
}

function hostSituation(hostId: string, { hosts, plan }: Sources): Situation['hosts'][string] {
  const planned = Object.values(plan?.nodes ?? {}).find((place) => place.hostId === hostId)?.zone;
  return { zone: hosts.zone(hostId) ?? planned ?? 'unknown', silent: hosts.silent(hostId) };
}

function nodeSituation(record: TopologyRecord, report: NodeReport | null): NodeSituation | null {
  if (!report) return null;
  return {
    data: report.role,
    running: report.postgres !== 'stopped',
    accepting: report.postgres === 'running',
    gate: report.gate,
    confirmed: report.confirmedEpoch === record.epoch,
    names: report.names,
    streaming: report.streaming,
    incarnation: report.incarnation,
    silenceCutInMs: report.silenceCutInMs,
  };
}

function lagBetween(record: TopologyRecord, reports: ReadonlyMap<NodeId, NodeReport | null>): number | null {
  const other = otherNode(record, record.primary);
  const written = reports.get(record.primary)?.insertLsn;
  const received = other && reports.get(other)?.receivedLsn;
  if (!written || !received) return null;
  return Math.max(0, Number(lsnValue(written) - lsnValue(received)));
}
