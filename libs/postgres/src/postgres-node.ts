import { rm } from 'node:fs/promises';
import {
  capLog,
  readIfPresent,
  isAlive,
  killAll,
  waitUntil,
  ensureDirectory,
  type ProcessIdentity,
} from '@tandem/host';
import { InvariantViolation, Permanent, Transient } from '@tandem/platform';
import type { Gate, Peers } from './access';
import { ensureAccount, type Account } from './accounts';
import { copyFrom, markStandby, standbySignal } from './base-backup';
import { terminateClients } from './clients';
import { Configuration } from './configuration';
import { connectAgent, using } from './connection';
import { readControlData, readLocalHistory, readShutdownLsn, readStoppedHistory } from './control-data';
import { hasData, initDataDirectory } from './initdb';
import { readNames, writeNames, type Names } from './names';
import { NamesProof } from './names-proof';
import { nodeContext, type NodeContext, type PostgresNodeOptions, type Source } from './node-options';
import { PrimaryObserver, type PrimaryObservation } from './observe-primary';
import { StandbyObserver, type StandbyObservation } from './observe-standby';
import { ObserverSession } from './observer-session';
import { endedForWantOfSpace, freeBytes } from './full-disk';
import { fetchHistory, probePeer } from './peer-queries';
import { ensurePlatformSchema } from './platform-schema';
import { findPostmaster, isStopped, launchPostmaster, logTail, stopNode, type StopMode } from './postmaster';
import { localProbeCommit } from './probe-commit';
import { probeDatabases } from './probe-databases';
import { promoteNode, type Promotion } from './promote';
import { compareWithSource, isRewindUnfinished, rewindTo } from './rewind';
import { dropSlotsExcept, ensureSlot } from './slots';
import { StandingSession } from './standing-session';
import { attachStream, cutStream, forgetSource, hasSource, type StreamSource } from './stream';
import { watchPostmaster } from './watch-postmaster';

/**
 * One data directory: effects and observations, no decisions. Every method has a bound and may be repeated. Configuration
 * lies outside PGDATA, because a rewind or a copy brings the source's along (components.md).
 */
export class PostgresNode {
  readonly context: NodeContext;
  private readonly configuration: Configuration;
  private readonly session: ObserverSession;
  private readonly standing: StandingSession;
  private readonly primary: PrimaryObserver;
  private readonly standby: StandbyObserver;

  constructor(options: PostgresNodeOptions) {
    this.context = nodeContext(options);
    this.standing = new StandingSession(this.context);
    this.configuration = new Configuration(this.context, this.standing);
    this.session = new ObserverSession(this.context);
    this.primary = new PrimaryObserver(this.session);
    this.standby = new StandbyObserver(this.session);
  }

  /** Writes all configuration files; a running server loads what it can without a restart. */
  async configure(parameters: Record<string, string>, peers: Peers): Promise<void> {
    await ensureDirectory(this.context.socketDir, { owner: this.context.user });
    await this.configuration.render(parameters);
    await this.configuration.changeAccess({ peers });
  }

  /** Makes an empty cluster; `configure` comes first. */
  initdb = () => initDataDirectory(this.context);
  hasData = () => hasData(this.context);

  /**
   * Starts the server, always with the gate closed (R8). A running server is returned as it is, gate and all (R10).
   * A primary never comes from a directory that carries the mark of a standby: that is what `promote` is for.
   */
  async start(how: { role: 'primary' | 'standby'; names: Names }): Promise<ProcessIdentity> {
    const running = await this.adopt();
    if (running) return running;
    if (!(await this.hasData())) throw new Permanent('no-data', 'there is no data directory to start');
    if (await isRewindUnfinished(this.context)) throw new Permanent('rewind-unfinished', 'only a new copy helps');
    const isStandby = (await readIfPresent(standbySignal(this.context))) !== undefined;
    if (how.role === 'primary' && isStandby) {
      throw new InvariantViolation('standby-as-primary', 'a standby becomes a primary by promotion only');
    }
    if (how.role === 'standby') await markStandby(this.context);
    await this.configuration.change(async () => {
      await this.configuration.writeGate('closed');
      await writeNames(this.context, how.names);
    });
    return launchPostmaster(this.context);
  }

  /** Waits until the agent can log in; throws Transient when the postmaster dies or the bound (ms) is reached. */
  async waitAccepting(boundMs = 30_000): Promise<void> {
    const accepted = async () => {
      const running = await this.adopt();
      if (!running || !isAlive(running)) return 'died';
      return this.configuration.loaded().then(
        () => 'accepting',
        () => undefined,
      );
    };
    const state = await waitUntil(accepted, { boundMs, everyMs: 10 });
    if (state === 'accepting') return;
    throw new Transient('not-accepting', `${state ?? 'not ready in time'}: ${await logTail(this.context)}`);
  }

  /** The running postmaster, proven by identity and working directory, or undefined (R10). */
  adopt = () => findPostmaster(this.context);

  /** After it no process of the data directory is left; `clean` tells whether the server ended by itself. */
  async stop(mode: StopMode, boundMs = 10_000): Promise<{ clean: boolean }> {
    this.close();
    return stopNode(this.context, mode, boundMs);
  }

  /**
   * Ends every process of the node, the postmaster too, by SIGKILL: for a disk that may never answer again. What waits
   * for it ends before its next step, so it counts as stopped. Writes nothing, which such a disk would hold up.
   */
  async kill(): Promise<void> {
    this.close();
    await this.endLeftovers();
  }

  isStopped = () => isStopped(this.context);

  /** R7: a commit in every database; what fails is a gray disk, not a secondary that is waited for. */
  probeDatabases = () => probeDatabases(this.context);
  freeBytes = () => freeBytes(this.context);
  endedForWantOfSpace = () => endedForWantOfSpace(this.context);

  /** Calls back once, within 100 ms of the postmaster's death and after the end of its children. */
  watchPostmaster = (identity: ProcessIdentity, onDeath: () => void) =>
    watchPostmaster(this.context, identity, onDeath);
  /** Ends what a dead postmaster has left behind; what waits for its disk ends before its next step. */
  endLeftovers = (boundMs = 1_000): Promise<void> =>
    killAll(this.context.paths.data, 'SIGKILL', boundMs).catch((error: unknown) => {
      if (!(error instanceof Transient)) throw error;
    });

  /** Persists the names and has PostgreSQL load them. That they are in force only a NamesProof shows. */
  setNames = (names: Names) => this.configuration.change(() => writeNames(this.context, names));
  names = () => readNames(this.context);
  beginNamesProof = () => NamesProof.begin(this.context, this.configuration);
  /** R7: a commit reaches this node's disk, whatever the names are. */
  localProbeCommit = (boundMs?: number) => localProbeCommit(this.context, boundMs);

  /** Returns once the postmaster has loaded it: from then on no new session gets past a closed gate. */
  setGate = (gate: Gate) => this.configuration.changeAccess({ gate });
  /** The gate as the running postmaster has loaded it; what an adopting agent finds (R1). */
  gateInForce = async (): Promise<Gate> => ((await this.configuration.loaded()).gate === 'open' ? 'open' : 'closed');
  setPeers = (peers: Peers) => this.configuration.changeAccess({ peers });
  terminateClients = (boundMs = 2_000) => terminateClients(this.context, boundMs);

  observePrimary = (boundMs = 1_000): Promise<PrimaryObservation> => this.primary.observe(boundMs);
  observeStandby = (boundMs = 1_000): Promise<StandbyObservation> => this.standby.observe(boundMs);

  attachStream = (source: StreamSource) => attachStream(this.context, this.configuration, source);
  hasSource = () => hasSource(this.context);
  forgetSource = () => forgetSource(this.context, this.configuration);
  cutStream = (boundMs = 500) =>
    cutStream({ node: this.context, configuration: this.configuration, session: this.standing }, boundMs);
  promote = (boundMs = 30_000): Promise<Promotion> => promoteNode(this.context, this.standing, boundMs);

  /** CHECKPOINT, as often as asked: a second one soon after the first makes the stop that follows short (R15). */
  async checkpoint(times = 1, boundMs = 60_000): Promise<void> {
    await using(connectAgent(this.context, { statementMs: boundMs }), async (session) => {
      for (let i = 0; i < times; i++) await session.query('CHECKPOINT', [], boundMs);
    });
  }

  controlData = () => readControlData(this.context);
  shutdownCheckpointLsn = () => readShutdownLsn(this.context);
  /** The branch of a stopped node; with `timeline`, the local knowledge of that timeline. */
  history = (timeline?: number) =>
    timeline === undefined ? readStoppedHistory(this.context) : readLocalHistory(this.context, timeline);
  fetchHistory = (source: Source) => fetchHistory(this.context, source);
  /** R4 (c): an answer of the peer's PostgreSQL within the bound (ms), or null. */
  probePeer = (source: Source, boundMs?: number) => probePeer(this.context, source, boundMs);

  baseBackup = (source: Source, timeoutMs = 3_600_000) => copyFrom(this.context, source, timeoutMs);
  compareWith = (source: Source) => compareWithSource(this.context, source);
  isRewindUnfinished = () => isRewindUnfinished(this.context);
  rewind = (source: Source, { epoch, timeoutMs = 600_000 }: { epoch: number; timeoutMs?: number }) =>
    rewindTo(this.context, source, { epoch, timeoutMs });

  ensureSlot = (name: string) => ensureSlot(this.standing, name);
  dropSlotsExcept = (keep: string[]) => dropSlotsExcept(this.context, keep);
  ensurePlatformSchema = (nodeIds: string[]) => ensurePlatformSchema(this.context, nodeIds);
  ensureAccount = (account: Account, boundMs = 30_000) => ensureAccount(this.context, account, boundMs);
  rotateLog = (maxBytes?: number) => capLog(this.context.paths.logFile, maxBytes);

  /** Ends the agent's own sessions; the server goes on. */
  close(): void {
    this.session.close();
    this.standing.close();
  }

  /** Stops the node and deletes everything below its directory. */
  async remove(): Promise<void> {
    await this.stop('immediate', 2_000);
    await rm(this.context.dir, { recursive: true, force: true });
  }
}
