import { waitUntil } from '@tandem/host';
import { Transient } from '@tandem/platform';
import type { Configuration } from './configuration';
import { connectAgent, using, type Connection } from './connection';
import { writeNames } from './names';
import type { NodeContext } from './node-options';
import { LOCAL_PROBE_COMMIT, PROBE_COMMIT } from './probe-commit';

/** A walsender that knows of its name shows it here; one that is not there, or still catches up, never does. */
const TAKEN_IN = `SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND sync_state <> 'async'`;
const TAKEN_IN_MS = 300;

/**
 * R3, R8: that the names are in force is shown by a commit that waits for nobody; from then on every commit waits,
 * also while `nobody` is exchanged for the real name. The probe returns when the real secondary has flushed it, and
 * with it everything before. A proof that is given up leaves its session waiting: a waiting commit is never cancelled.
 */
export class NamesProof {
  private returned = false;
  private failure: unknown;

  private constructor(
    private readonly node: NodeContext,
    private readonly configuration: Configuration,
    private readonly session: Connection,
    private readonly backendPid: number,
  ) {
    this.session.query(PROBE_COMMIT, [], 2 ** 31 - 1).then(
      () => (this.returned = true),
      (error: unknown) => (this.failure = error),
    );
  }

  static async begin(node: NodeContext, configuration: Configuration): Promise<NamesProof> {
    await configuration.change(() => writeNames(node, 'nobody'));
    const session = await connectAgent(node, { statementMs: 0 });
    const [{ pid }] = await session.query<{ pid: number }>(
      `SELECT pg_backend_pid() AS pid, set_config('synchronous_commit', 'on', false)`,
    );
    return new NamesProof(node, configuration, session, pid);
  }

  /** Whether the probe has been seen waiting within the bound: yes means that the names are in force. */
  async waiting(boundMs = 1_000): Promise<boolean> {
    return using(connectAgent(this.node), async (observer) => {
      const seen = async () => {
        if (this.returned || this.failure) return 'over';
        const rows = await observer.query(
          `SELECT 1 FROM pg_stat_get_activity($1) WHERE wait_event = 'SyncRep'`,
          [this.backendPid],
          1_000,
        );
        return rows.length === 1 && 'waiting';
      };
      return (await waitUntil(seen, { boundMs, everyMs: 2 })) === 'waiting';
    });
  }

  /**
   * Exchanges `nobody` for the real name: from now on commits wait for that secondary, those among them that wait
   * already. A walsender releases waiters only when a reply comes in, and while all writers wait nothing asks the
   * secondary for one but its status interval of 1 s: so once the walsender has taken the name in, fresh WAL is written
   * for it.
   */
  async exchange(realName: string): Promise<void> {
    await this.configuration.change(() => writeNames(this.node, { only: realName }));
    await using(connectAgent(this.node), async (session) => {
      const taken = async () => (await session.query(TAKEN_IN, [realName])).length > 0;
      await waitUntil(taken, { boundMs: TAKEN_IN_MS, everyMs: 2 });
      await session.query(LOCAL_PROBE_COMMIT);
    });
  }

  /**
   * Exchanges the names and waits for the probe. Throws Transient when the secondary has not flushed it in time; the
   * real name stays in force and the call may be repeated.
   */
  async complete(realName: string, boundMs = 2_000): Promise<void> {
    await this.exchange(realName);
    await waitUntil(() => this.returned || this.failure !== undefined, { boundMs, everyMs: 2 });
    if (!this.returned) {
      throw new Transient('probe-unflushed', 'the secondary has not flushed the probe commit in time', {
        cause: this.failure,
      });
    }
    await this.session.end();
  }

  /** Gives the proof up; the session ends by itself once its commit is released. */
  abandon(): void {
    this.session.destroy();
  }
}
