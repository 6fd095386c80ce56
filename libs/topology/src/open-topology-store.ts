import { Transient } from '@tandem/platform';
import { timings } from '@tandem/protocol';
import { JetStreamManager, NatsConnection } from 'nats';
import { raceCompareAndSets } from './cas-self-test';
import { StoreRole, ensureFitStream } from './ensure-stream';
import { NatsTopologyStore } from './nats-topology-store';
import { assertServerFit } from './server-fitness';
import { StoreContinuity } from './store-continuity';
import { StoreFingerprint, compareFingerprints } from './store-fingerprint';
import { selfTestStream, sessionStream, topologyStream } from './store-streams';
import { OnReset } from './topology-store';

export interface OpenTopologyStore {
  /** For a creator: how many replicas the streams get. A user takes what it finds. */
  readonly replicas?: number;
  readonly role: StoreRole;
  readonly onReset: OnReset;
  /** The fingerprint of an earlier life of this client, if it kept one. */
  readonly known?: StoreFingerprint;
  /** Told of a message on a record's subject that is not a record: somebody must look. */
  readonly onUnreadable?: (error: unknown) => void;
}

/** Creation of a stream takes longer than a read; bound in ms. */
const ADMINISTRATION_MS = 5000;

/**
 * Opens the record store on a live connection. A creator makes the streams (records, sessions) and runs the self-test.
 * Throws Permanent for an unfit server or stream (R12), Transient when a retry may help.
 */
export async function openTopologyStore(nc: NatsConnection, options: OpenTopologyStore): Promise<NatsTopologyStore> {
  const server = nc.info;
  if (!server) throw new Transient('topology-store-unreachable', 'not connected to NATS');
  const admin = await manager(nc, ADMINISTRATION_MS);
  const wanted = options.replicas ?? 1;
  if (options.role === 'creator') {
    assertServerFit(server.version, wanted);
    await ensureFitStream(admin, sessionStream(wanted), 'creator');
    await ensureFitStream(admin, selfTestStream(wanted), 'creator');
    await raceCompareAndSets(nc.jetstream(), admin);
  }
  const info = await ensureFitStream(admin, topologyStream(wanted), options.role);
  const replicas = info.config.num_replicas;
  assertServerFit(server.version, replicas);
  const found: StoreFingerprint = {
    servers: { [server.server_name]: server.server_id },
    streamCreated: String(info.created),
    lastSeq: info.state.last_seq,
  };
  const jsm = await manager(nc, timings.casTimeout);
  const continuity = new StoreContinuity(nc, jsm, { replicas, onReset: options.onReset, first: found });
  const reset = options.known ? compareFingerprints(options.known, found, replicas) : null;
  if (reset) continuity.report(reset);
  return new NatsTopologyStore({
    nc,
    js: nc.jetstream(),
    jsm,
    jsmWithin: (timeoutMs) => manager(nc, timeoutMs),
    replicas,
    continuity,
    onUnreadable: options.onUnreadable ?? (() => undefined),
  });
}

const manager = (nc: NatsConnection, timeout: number): Promise<JetStreamManager> =>
  nc.jetstreamManager({ timeout, checkAPI: false });
