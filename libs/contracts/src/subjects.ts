/** Every stream, bucket and subject on NATS, in one place. */
export const streams = {
  /** Topology records: no limit per subject, no age, no size (R11); read through the leader only (R12). */
  topology: 'TANDEM_TOPOLOGY',
  /** Events for subscribers, written by the relay of the event log only. */
  events: 'TANDEM_EVENTS',
  /** What agents must not lose on the way to the event log. */
  notices: 'TANDEM_NOTICES',
  /** Messages that no retry helped, as they were; bounded, the newest are kept. */
  deadLetters: 'TANDEM_DEAD_LETTERS',
} as const;

export const buckets = { sessions: 'TANDEM_SESSIONS' } as const;

export const subjects = {
  topology: (instanceId: string) => `topology.${instanceId}`,
  allTopology: 'topology.*',
  /** `stream` is `<category>:<id>`. */
  event: (stream: string, type: string) => `events.${stream.replace(':', '.')}.${type}`,
  allEvents: 'events.>',
  notice: (hostId: string, type: string) => `notices.${hostId}.${type}`,
  allNotices: 'notices.>',
  /** `stream` is the one that the message was taken out of. */
  deadLetter: (stream: string) => `dead.${stream}`,
  allDeadLetters: 'dead.>',
  hostFact: (hostId: string) => `facts.host.${hostId}`,
  allHostFacts: 'facts.host.*',
  agent: (hostId: string, verb: string) => `cmd.agent.${hostId}.${verb}`,
  service: (service: string, verb: string) => `cmd.${service}.${verb}`,
  drill: (verb: string) => `cmd.drill.${verb}`,
} as const;
