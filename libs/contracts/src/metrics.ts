/** One metric, defined once: the code that counts, the text that is scraped and docs/METRICS.md all rest on this. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
  /** Who exposes it. */
  readonly of: readonly MetricSource[];
}

export const metricSources = [
  'api-gateway',
  'instance-manager',
  'health-monitor',
  'failover-orchestrator',
  'node-agent',
] as const;
export type MetricSource = (typeof metricSources)[number];

const define = <T extends Record<string, MetricDefinition>>(registry: T): T => registry;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const NODE = ['instance_id', 'node_id'] as const;

export const metrics = define({
  residentMemory: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of the process.',
    labels: [],
    of: metricSources,
  },
  cpuSeconds: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of the process, user and system.',
    labels: [],
    of: metricSources,
  },
  startTime: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process was started, in seconds since 1970.',
    labels: [],
    of: metricSources,
  },
  httpRequests: {
    name: 'tandem_http_requests_total',
    type: 'counter',
    help: 'Requests that were answered, by route and status.',
    labels: ['method', 'route', 'status'],
    of: ['api-gateway'],
  },
  httpDuration: {
    name: 'tandem_http_request_duration_seconds',
    type: 'histogram',
    help: 'From the first byte of a request to the last of its answer; an event stream counts when it ends.',
    labels: ['method', 'route'],
    buckets: SECONDS,
    of: ['api-gateway'],
  },
  appendDuration: {
    name: 'tandem_event_append_duration_seconds',
    type: 'histogram',
    help: 'An append to the event log, by its outcome: appended, duplicate, refused, failed.',
    labels: ['outcome'],
    buckets: SECONDS,
    of: ['instance-manager', 'failover-orchestrator'],
  },
  relayActive: {
    name: 'tandem_relay_active',
    type: 'gauge',
    help: '1 in the copy that publishes events to NATS.',
    labels: [],
    of: ['failover-orchestrator'],
  },
  relayLag: {
    name: 'tandem_relay_lag_events',
    type: 'gauge',
    help: 'Events of the log that are not on the stream of events yet; told by the active copy while the log answers.',
    labels: [],
    of: ['failover-orchestrator'],
  },
  failovers: {
    name: 'tandem_failovers_total',
    type: 'counter',
    help: 'Completed changes of a primary in the whole history of the installation, told by every copy alike.',
    labels: ['kind', 'reason'],
    of: ['failover-orchestrator'],
  },
  failoverDuration: {
    name: 'tandem_failover_duration_seconds',
    type: 'histogram',
    help: 'From its first step to the endpoint that leads to the new primary, over the whole history.',
    labels: ['kind'],
    buckets: [0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5, 10, 30],
    of: ['failover-orchestrator'],
  },
  recordCas: {
    name: 'tandem_record_cas_total',
    type: 'counter',
    help: 'Compare-and-sets on topology records, by the row that decided them and what became of them.',
    labels: ['row', 'outcome'],
    of: ['failover-orchestrator', 'node-agent'],
  },
  atRiskSeconds: {
    name: 'tandem_instance_at_risk_seconds_total',
    type: 'counter',
    help: 'Time in which nobody could take over (syncSet empty) or the record was not open, since this copy started.',
    labels: ['instance_id'],
    of: ['failover-orchestrator'],
  },
  whatIfBad: {
    name: 'tandem_what_if_bad',
    type: 'gauge',
    help: 'Losses of a host, zone, link or service that the instance would not survive now.',
    labels: ['instance_id'],
    of: ['failover-orchestrator'],
  },
  hostSilence: {
    name: 'tandem_host_silence_seconds',
    type: 'gauge',
    help: "Silence of a host's session as it counts for a failover.",
    labels: ['host_id'],
    of: ['health-monitor'],
  },
  hostSilent: {
    name: 'tandem_host_silent',
    type: 'gauge',
    help: 'The fact about each host: 1 for the one of yes, no and unknown that holds.',
    labels: ['host_id', 'fact'],
    of: ['health-monitor'],
  },
  sessionAge: {
    name: 'tandem_host_session_age_seconds',
    type: 'gauge',
    help: 'Since the last acknowledged renewal of the own host session was sent; at 10 s a primary may fence itself (R6).',
    labels: [],
    of: ['node-agent'],
  },
  nodeRole: {
    name: 'tandem_node_role',
    type: 'gauge',
    help: 'The role of each node on this host: 1 for the one of primary, standby and none that holds.',
    labels: [...NODE, 'role'],
    of: ['node-agent'],
  },
  nodeGate: {
    name: 'tandem_node_gate_open',
    type: 'gauge',
    help: '1 while clients are let in.',
    labels: NODE,
    of: ['node-agent'],
  },
  nodeEpoch: {
    name: 'tandem_node_epoch',
    type: 'gauge',
    help: 'The epoch that the agent has persisted.',
    labels: NODE,
    of: ['node-agent'],
  },
  nodeSyncSet: {
    name: 'tandem_node_in_sync_set',
    type: 'gauge',
    help: '1 while the record that the agent knows lists the node in syncSet.',
    labels: NODE,
    of: ['node-agent'],
  },
  replicationLag: {
    name: 'tandem_replication_lag_bytes',
    type: 'gauge',
    help: 'What the primary has written and its secondary has not flushed; absent while nobody is attached.',
    labels: NODE,
    of: ['node-agent'],
  },
});

/** What one kind of process exposes. */
export const metricsOf = (source: MetricSource): MetricDefinition[] =>
  Object.values<MetricDefinition>(metrics).filter((metric) => metric.of.includes(source));
