import { buckets, streams, subjects } from '@tandem/contracts';
import { DiscardPolicy, RetentionPolicy, StorageType, StreamConfig, nanos } from 'nats';

export const SELF_TEST_STREAM = `${streams.topology}_SELFTEST`;
export const selfTestSubject = (name: string): string => `topology-selftest.${name}`;
export const SESSION_STREAM = `KV_${buckets.sessions}`;
export const sessionSubject = (hostId: string): string => `$KV.${buckets.sessions}.${hostId}`;

const common = (replicas: number): Partial<StreamConfig> => ({
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  num_replicas: replicas,
  discard: DiscardPolicy.New,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  // R12: any replica answers a direct get, so it must not exist.
  allow_direct: false,
});

/** R11: no limit that could drop a version. The duplicate window cannot be 0; no CAS carries a message id anyway. */
export const topologyStream = (replicas: number): Partial<StreamConfig> => ({
  ...common(replicas),
  name: streams.topology,
  subjects: [subjects.allTopology],
  max_msgs_per_subject: -1,
  duplicate_window: nanos(100),
});

/** A scratch stream, so that the self-test leaves no hole in the sequences of the records. */
export const selfTestStream = (replicas: number): Partial<StreamConfig> => ({
  ...common(replicas),
  name: SELF_TEST_STREAM,
  subjects: [selfTestSubject('*')],
  max_msgs_per_subject: -1,
  duplicate_window: nanos(100),
});

/** The layout of a KV bucket with history 1: only the last renewal of each host counts. */
export const sessionStream = (replicas: number): Partial<StreamConfig> => ({
  ...common(replicas),
  name: SESSION_STREAM,
  subjects: [sessionSubject('>')],
  max_msgs_per_subject: 1,
  allow_rollup_hdrs: true,
  deny_delete: true,
  duplicate_window: nanos(100),
});

const GUARDED = [
  'retention',
  'storage',
  'discard',
  'max_msgs',
  'max_bytes',
  'max_age',
  'max_msgs_per_subject',
  'allow_direct',
] as const satisfies readonly (keyof StreamConfig)[];

/** Each setting of an existing stream that breaks R11 or R12, as a sentence; empty when it is fit. */
export function streamFaults(actual: Partial<StreamConfig>, wanted: Partial<StreamConfig>): string[] {
  const faults = GUARDED.filter((key) => (actual[key] ?? false) !== (wanted[key] ?? false)).map(
    (key) => `${key} is ${actual[key]}, must be ${wanted[key]}`,
  );
  if (actual.subjects?.join() !== wanted.subjects?.join())
    faults.push(`subjects are ${actual.subjects?.join()}, must be ${wanted.subjects?.join()}`);
  if (actual.mirror || actual.sources?.length) faults.push('mirror or sources are set, must not be');
  return faults;
}
