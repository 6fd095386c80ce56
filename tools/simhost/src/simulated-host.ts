import { basename } from 'node:path';
import { Freezer, openFreezer } from './freezer';
import { HostPrograms } from './host-command';
import { HostRecord, readHostRecord, removeHostRecord, writeHostRecord } from './host-record';
import { processesIn } from './pid-namespace';
import { busyBackends, findPostmaster, postmasters } from './postgres-processes';
import { commandLine, isAlive, ProcessRow, signalPid } from './process-table';
import { spawnHost } from './spawn-host';
import { waitUntil } from './wait-until';

/** A machine of the embedded default and of the tests. */
export interface SimulatedHostOptions {
  id: string;
  /** Absolute; everything of the host lies below it. */
  dir: string;
  address: string;
  zone: string;
  roles: string[];
  programs: HostPrograms;
  env: Record<string, string>;
  /** As root: the unprivileged user that everything in the host runs as. */
  user?: string;
  logFile: string;
}

const KILL_BOUND_MS = 10_000;

/**
 * An agent and all that it starts in a pid namespace of its own: killed at once, frozen as a whole, taken over by a
 * later launcher. The host outlives the process that started it.
 */
export class SimulatedHost {
  private record: HostRecord | null = null;
  private freezer: Freezer | null = null;

  constructor(readonly options: SimulatedHostOptions) {}

  /** Takes over a running host of an earlier launcher. False when there is none. */
  adopt(): boolean {
    const record = readHostRecord(this.options.dir);
    if (record !== null) this.take(record);
    return record !== null;
  }

  /** Brings the host up; nothing happens if it already runs. */
  async start(): Promise<void> {
    if (this.isRunning() || this.adopt()) return;
    const record = await spawnHost(this.options, this.environment());
    writeHostRecord(this.options.dir, record);
    this.take(record);
  }

  isRunning(): boolean {
    return this.record !== null && isAlive(this.record.init);
  }

  /** Stops every process of the host where it stands; returns when none of them runs. */
  async freeze(): Promise<void> {
    await this.running().freezer.freeze();
  }

  async thaw(): Promise<void> {
    await this.running().freezer.thaw();
  }

  isFrozen(): boolean {
    return this.isRunning() && this.freezer !== null && this.freezer.isFrozen();
  }

  /** The host loses its power: returns when no process of it is left. Nothing happens if it is already down. */
  async kill(): Promise<void> {
    const { record, freezer } = this;
    if (record === null || freezer === null) return;
    if (isAlive(record.init)) {
      // In a v1 freezer SIGKILL acts only after the thaw: all are hit first, so that none of them runs on meanwhile.
      if (freezer.isFrozen()) this.processes().forEach((row) => signalPid(row.pid, 'SIGKILL'));
      signalPid(record.init.pid, 'SIGKILL');
      if (freezer.record.kind !== 'signals' && freezer.isFrozen()) await freezer.thaw();
    }
    // The kernel lets an init end only after every other process of its namespace.
    await waitUntil(`host ${this.options.id} is dead`, () => !isAlive(record.init), { boundMs: KILL_BOUND_MS });
    await freezer.remove();
    removeHostRecord(this.options.dir);
    this.record = null;
  }

  /** Every process of the host, with outer pids. */
  processes(): ProcessRow[] {
    return this.record === null ? [] : processesIn(this.record.namespace);
  }

  /** Kills the agent only; its supervisor brings it back within 300 ms. False when none runs at the moment. */
  killAgent(): boolean {
    return this.killProgram('agent');
  }

  /** Kills a supervised program. False when it does not run at the moment. */
  killProgram(name: string): boolean {
    const all = this.processes();
    const supervisors = new Set(
      all.filter((row) => isSupervisor(row.pid) && basename(commandLine(row.pid)) === name).map((row) => row.pid),
    );
    const found = all.find((row) => supervisors.has(row.ppid) && !['sleep', 'supervise.sh'].includes(row.comm));
    return found !== undefined && signalPid(found.pid, 'SIGKILL');
  }

  /** Kills the postmaster of a data directory and nothing else. Throws when there is none. */
  killPostmaster(dataDir: string): ProcessRow {
    const found = findPostmaster(this.processes(), dataDir);
    if (found === null) throw new Error(`no postmaster works on ${dataDir}`);
    signalPid(found.pid, 'SIGKILL');
    return found;
  }

  /** Kills one client backend at work, as the OOM killer would. Throws when none is busy within a second. */
  async killBackend(dataDir: string): Promise<ProcessRow> {
    let victim: ProcessRow | undefined;
    await waitUntil(
      `a busy backend of ${dataDir}`,
      () => {
        victim = busyBackends(this.processes(), dataDir)[0];
        return victim !== undefined;
      },
      { boundMs: 1_000, everyMs: 1 },
    );
    if (victim !== undefined) signalPid(victim.pid, 'SIGKILL');
    return victim as ProcessRow;
  }

  /**
   * An orderly end: agents first (they would take a stopped postmaster for a crash), then PostgreSQL, primaries before
   * standbys so that these receive the last record, then the rest. Killed after the bound.
   */
  async shutDown(boundMs: number): Promise<void> {
    if (!this.isRunning()) return this.kill();
    if (this.isFrozen()) await this.thaw();
    this.endPrograms();
    const running = postmasters(this.processes());
    running.forEach(({ row }) => signalPid(row.pid, 'SIGINT'));
    const left = () => running.some(({ row }) => this.processes().some((now) => now.pid === row.pid));
    await waitUntil('PostgreSQL stopped', () => !left(), { boundMs, everyMs: 20 }).catch(() => undefined);
    await this.kill();
  }

  /** Ends agent and guard and does not bring them back; PostgreSQL and PgBouncer go on. */
  endPrograms(): void {
    const all = this.processes();
    const supervisors = new Set(all.filter((row) => isSupervisor(row.pid)).map((row) => row.pid));
    const programs = all.filter((row) => supervisors.has(row.ppid));
    supervisors.forEach((pid) => signalPid(pid, 'SIGKILL'));
    programs.forEach((row) => signalPid(row.pid, 'SIGKILL'));
  }

  private take(record: HostRecord): void {
    this.record = record;
    this.freezer = openFreezer(record.freezer, record.namespace);
  }

  private running(): { freezer: Freezer } {
    if (!this.isRunning() || this.freezer === null) throw new Error(`host ${this.options.id} is down`);
    return { freezer: this.freezer };
  }

  private environment(): NodeJS.ProcessEnv {
    const { id, dir, address, zone, roles, env } = this.options;
    return {
      ...env,
      TANDEM_HOST_ID: id,
      TANDEM_HOST_DIR: dir,
      TANDEM_HOST_ADDRESS: address,
      TANDEM_HOST_ZONE: zone,
      TANDEM_HOST_ROLES: roles.join(','),
    };
  }
}

function isSupervisor(pid: number): boolean {
  return /\/supervise\.sh /.test(commandLine(pid));
}
