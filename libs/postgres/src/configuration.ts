import { randomBytes } from 'node:crypto';
import { atomicWrite, durableWrite, ensureDirectory, isAlive, readIfPresent, signal, waitUntil } from '@tandem/host';
import { Permanent, Transient } from '@tandem/platform';
import { parseAccess, renderHba, renderIdent, type Access, type Gate } from './access';
import type { NodeContext } from './node-options';
import { findPostmaster, takesSignals } from './postmaster';
import { quoteSetting } from './quoting';
import { renderMainConf, renderParameters } from './settings';
import type { StandingSession } from './standing-session';

interface Loaded {
  generation: string | null;
  gate: Gate | null;
}

/**
 * The files outside PGDATA, and the proof that the postmaster has loaded them. Changes are made one at a time: a
 * reload belongs to the files that were written for it.
 */
export class Configuration {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly node: NodeContext,
    private readonly session: StandingSession,
  ) {}

  /** Writes what does not depend on the state of the protocol; access starts closed where nothing is known. */
  async render(parameters: Record<string, string>): Promise<void> {
    const { paths, user: owner } = this.node;
    await ensureDirectory(this.node.dir, { owner });
    for (const directory of [paths.conf, paths.log, paths.work]) await ensureDirectory(directory, { owner });
    await durableWrite(paths.parametersConf, renderParameters(parameters), { owner });
    await durableWrite(paths.mainConf, renderMainConf(this.node), { owner });
    for (const path of [paths.namesConf, paths.replicationConf, paths.generationConf]) {
      if ((await readIfPresent(path)) === undefined) await durableWrite(path, '', { owner });
    }
    await this.writeAccess(await this.access());
  }

  async access(): Promise<Access> {
    return parseAccess(await readIfPresent(this.node.paths.hba));
  }

  /** Writes the gate without a reload: for a server that is to start. */
  async writeGate(gate: Gate): Promise<void> {
    await this.writeAccess({ ...(await this.access()), gate });
  }

  /** Changes who gets in; returns when the postmaster has loaded it. */
  async changeAccess(change: Partial<Access>): Promise<void> {
    await this.change(async () => this.writeAccess({ ...(await this.access()), ...change }));
    if (await findPostmaster(this.node)) await this.refuseFaultyAccess();
  }

  private async writeAccess(access: Access): Promise<void> {
    const { paths, user: owner } = this.node;
    // The map goes first: a line of pg_hba.conf that names a map which is not there yet would admit nobody.
    for (const [path, text] of [
      [paths.ident, renderIdent(access)],
      [paths.hba, renderHba(access)],
    ]) {
      if ((await readIfPresent(path)) !== text) await durableWrite(path, text, { owner });
    }
  }

  /** Writes by `write`, then has a running postmaster load it all; the proof is included. */
  change(write: () => Promise<void>, boundMs = 2_000): Promise<void> {
    const mine = this.turn.then(async () => {
      await write();
      await this.load(boundMs);
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** What the postmaster has loaded, seen by a session that it told to load the same; null when it never did. */
  async loaded(): Promise<Loaded> {
    const [row] = await this.session.query<Loaded>(
      `SELECT current_setting('tandem.generation', true) AS generation, current_setting('tandem.gate', true) AS gate`,
      [],
      1_000,
    );
    return row;
  }

  /**
   * The generation is written last. The postmaster loads it, tells its children, and loads pg_hba.conf, all within one
   * signal handler: once a child shows it, every later session is forked by a postmaster that has loaded everything
   * written before. No clock is involved.
   */
  private async load(boundMs: number): Promise<void> {
    const generation = randomBytes(8).toString('hex');
    const { gate } = await this.access();
    const text = `tandem.generation = ${quoteSetting(generation)}\ntandem.gate = ${quoteSetting(gate)}\n`;
    await atomicWrite(this.node.paths.generationConf, text, { owner: this.node.user });
    const postmaster = await findPostmaster(this.node);
    if (!postmaster) return; // A stopped server reads the files when it starts.
    if (!(await waitUntil(() => takesSignals(this.node, postmaster), { boundMs }))) {
      throw new Transient('reload-unproven', `PostgreSQL was not ready for a signal within ${boundMs} ms`);
    }
    signal(postmaster.pid, 'SIGHUP');
    const look = async () => {
      if (!isAlive(postmaster)) return 'died';
      const { generation: seen } = await this.loaded().catch(() => ({ generation: null }));
      return seen === generation && 'loaded';
    };
    const outcome = await waitUntil(look, { boundMs, everyMs: 2 });
    if (outcome === 'loaded') return;
    throw new Transient(
      'reload-unproven',
      `PostgreSQL has not shown the new configuration: ${outcome ?? `not in ${boundMs} ms`}`,
    );
  }

  /** With a faulty line PostgreSQL keeps the old pg_hba.conf and says so in its log only. */
  private async refuseFaultyAccess(): Promise<void> {
    const faults = await this.session.query<{ error: string }>(
      `SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL
       UNION ALL SELECT error FROM pg_ident_file_mappings WHERE error IS NOT NULL`,
    );
    if (faults.length > 0) throw new Permanent('hba-faulty', faults.map(({ error }) => error).join('; '));
  }
}
