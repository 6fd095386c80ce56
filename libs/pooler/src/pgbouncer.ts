import { join } from 'node:path';
import type { QueryResultRow } from 'pg';
import {
  capLog,
  atomicWrite,
  durableRemove,
  durableWrite,
  ensureDirectory,
  isAlive,
  killAll,
  readIfPresent,
  serverUser,
  spawnDetached,
  waitUntil,
  type ProcessIdentity,
} from '@tandem/host';
import { Transient } from '@tandem/platform';
import { command } from './admin-console';
import type { PoolerOptions, PoolerTarget, PoolKind } from './pooler-options';
import { renderHba, renderIni, renderUsers } from './render-config';

/** PAUSE is in force when it has been read; its answer is not waited for. */
const HOLD_MS = 50;

const quoted = (name: string) => `"${name.replace(/"/g, '""')}"`;

/** Passes on every error but those that are expected. */
const unless =
  (...codes: string[]) =>
  (error: unknown): void => {
    if (!codes.includes((error as { code?: string }).code ?? '')) throw error;
  };

interface DatabaseRow {
  name: string;
  paused: string;
}

interface ServerRow {
  database: string;
  state: string;
  addr: string;
  port: number;
}

/** One PgBouncer process: started, adopted, pointed somewhere, told to pause or to kill. */
export class PgBouncer {
  private readonly directory: string;
  private readonly port: number;

  constructor(
    private readonly options: PoolerOptions,
    readonly kind: PoolKind,
  ) {
    this.directory = join(options.dir, kind);
    this.port = kind === 'session' ? options.sessionPort : options.pooledPort;
  }

  /** Sends clients to the node, also those that were held. */
  async lead(target: PoolerTarget): Promise<void> {
    await this.point(target);
    if (await this.running()) await this.resume();
  }

  /**
   * From now on nobody gets a server connection: clients wait, also those who log in, for query_wait_timeout at most.
   * Leading nowhere alone is not enough: after one failed try PgBouncer refuses those who log in.
   * @param cut ends the clients of today, who wait when they come again; for a process in which a session would go on.
   */
  async hold({ cut }: { cut: boolean }): Promise<void> {
    if (await this.running())
      for (const { name } of await this.databases()) {
        const pause = this.console(`${cut ? 'KILL' : 'PAUSE'} ${quoted(name)}`, HOLD_MS);
        // PAUSE answers once every transaction has ended; it is in force at once. The whole process may be paused.
        await pause.catch(unless('pooler-no-answer', 'pooler-refused'));
      }
    await this.point(null);
  }

  /** Writes the target; a running process follows by RELOAD, which answers after it has taken the file in. */
  private async point(target: PoolerTarget | null): Promise<void> {
    await this.writeTarget(target);
    if (await this.running()) await this.console('RELOAD');
  }

  private async prepare(): Promise<void> {
    const owner = serverUser(this.options.osUser);
    const { directory } = this;
    await ensureDirectory(directory, { owner });
    await atomicWrite(join(directory, 'hba.conf'), renderHba(), { owner });
    await atomicWrite(join(directory, 'users.txt'), renderUsers(), { owner });
    if ((await readIfPresent(this.ini)) === undefined) await this.writeTarget(null);
  }

  /** Not fsynced: after a power loss the agent points it anew before it matters. */
  private async writeTarget(target: PoolerTarget | null): Promise<void> {
    const { directory, kind, options } = this;
    await ensureDirectory(directory, { owner: serverUser(options.osUser) });
    const text = renderIni(options, { kind, directory, target });
    await atomicWrite(this.ini, text, { owner: serverUser(options.osUser) });
  }

  private get ini(): string {
    return join(this.directory, 'pgbouncer.ini');
  }

  /** The living process of this endpoint, also one that an earlier agent started. */
  async running(): Promise<ProcessIdentity | undefined> {
    const stored = await readIfPresent(join(this.directory, 'process.json'));
    if (stored === undefined) return undefined;
    const identity = JSON.parse(stored) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  }

  /** Starts it unless it runs; gives whether it had to. A first start points nowhere. */
  async ensureRunning(): Promise<boolean> {
    if (await this.running()) return false;
    await this.prepare();
    // What a dead agent started without having noted it would hold the port.
    await killAll(this.directory);
    const logFile = join(this.directory, 'pgbouncer.log');
    await capLog(logFile);
    const { uid, gid } = serverUser(this.options.osUser);
    const identity = await spawnDetached({
      command: this.options.command ?? '/usr/sbin/pgbouncer',
      args: [this.ini],
      logFile,
      cwd: this.directory,
      env: { PATH: '/usr/bin:/bin' },
      uid,
      gid,
    });
    await durableWrite(join(this.directory, 'process.json'), JSON.stringify(identity));
    await this.waitAnswering(identity);
    return true;
  }

  /** Whether its console gives an answer within the bound (ms). */
  answers = (boundMs: number): Promise<boolean> =>
    this.console('SHOW VERSION', boundMs).then(
      () => true,
      () => false,
    );

  private async waitAnswering(identity: ProcessIdentity): Promise<void> {
    const answers = () =>
      this.console('SHOW VERSION').then(
        () => 'yes' as const,
        () => !isAlive(identity) && 'died',
      );
    const seen = await waitUntil(answers, { boundMs: 5_000, everyMs: 10 });
    if (seen === 'yes') return;
    const log = (await readIfPresent(join(this.directory, 'pgbouncer.log'))) ?? '';
    throw new Transient('pooler-not-started', `PgBouncer ${seen ?? 'does not answer'}: ${log.slice(-800)}`);
  }

  /**
   * Lets no new transaction begin and waits for the running ones. When they have not ended within the bound (ms),
   * everything goes on and the result is false (R15).
   */
  async pause(boundMs: number): Promise<boolean> {
    try {
      await this.console('PAUSE', boundMs);
      return true;
    } catch (error) {
      await this.resume();
      if ((error as { code?: string }).code === 'pooler-no-answer') return false;
      throw error;
    }
  }

  /** Lets everything go on; nothing to resume is no error. */
  async resume(): Promise<void> {
    await this.console('RESUME').catch(unless('pooler-refused'));
    for (const { name } of (await this.databases()).filter(({ paused }) => Number(paused) > 0))
      await this.console(`RESUME ${quoted(name)}`).catch(unless('pooler-refused'));
  }

  private async databases(): Promise<DatabaseRow[]> {
    return (await this.console<DatabaseRow>('SHOW DATABASES')).filter(({ name }) => name !== 'pgbouncer');
  }

  /**
   * After a repoint: where clients are still linked to a server of the old address (a silent host never closes them),
   * the database's connections are cut. Returns the databases that it hit.
   */
  async killWhereStale(old: PoolerTarget): Promise<string[]> {
    const rows = await this.console<ServerRow>('SHOW SERVERS');
    const stale = rows.filter(({ addr, port, state }) => addr === old.host && port === old.port && state !== 'idle');
    const names = [...new Set(stale.map(({ database }) => database))];
    for (const name of names) for (const verb of ['KILL', 'RESUME']) await this.console(`${verb} ${quoted(name)}`);
    return names;
  }

  /** Ends the process; its clients are cut. */
  async stop(): Promise<void> {
    await killAll(this.directory);
    await durableRemove(join(this.directory, 'process.json')).catch(() => undefined);
  }

  console<R extends QueryResultRow>(text: string, boundMs?: number): Promise<R[]> {
    return command<R>({ socketDir: this.directory, port: this.port }, text, boundMs);
  }
}
