import { rm } from 'node:fs/promises';
import { PgBouncer } from './pgbouncer';
import type { PoolerOptions, PoolerTarget, PoolKind } from './pooler-options';

/** How often the life of the two processes is looked at, in ms: cheap, and a lost endpoint is a lost service. */
const WATCH_MS = 50;
/** How often a living one is asked for an answer, in ms; several in a row that do not come mean that it stands still. */
const ASK_MS = 1_000;
const UNANSWERED_MAX = 3;

/** An instance's endpoint on one host: one PgBouncer with session semantics, one that pools by transaction. */
export class PoolerEndpoint {
  readonly session: PgBouncer;
  readonly pooled: PgBouncer;

  constructor(private readonly options: PoolerOptions) {
    this.session = new PgBouncer(options, 'session');
    this.pooled = new PgBouncer(options, 'pooled');
  }

  private get both(): PgBouncer[] {
    return [this.session, this.pooled];
  }

  /** Starts what does not run, adopts what does (R10); returns what had to be started. */
  async ensureRunning(): Promise<PoolKind[]> {
    const started = await Promise.all(this.both.map(async (pool) => ((await pool.ensureRunning()) ? [pool.kind] : [])));
    return started.flat();
  }

  /**
   * Restarts a process that dies or stands still, from now on; returns a function that ends the watch. `onRestart` is told what was
   * restarted, or why that failed; it is tried again at the next look.
   */
  keepRunning(onRestart: (kind: PoolKind, failure?: unknown) => void): () => void {
    const ends = this.both.flatMap((pool) => [this.restartDead(pool, onRestart), this.endStill(pool)]);
    return () => ends.forEach((end) => end());
  }

  /** A process that lives but answers nobody is ended, so that it is started again. */
  private endStill(pool: PgBouncer): () => void {
    let unanswered = 0;
    let busy = false;
    const ask = async (): Promise<void> => {
      if (!(await pool.running())) return;
      unanswered = (await pool.answers(ASK_MS)) ? 0 : unanswered + 1;
      if (unanswered < UNANSWERED_MAX) return;
      unanswered = 0;
      await pool.stop();
    };
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      void ask()
        .catch(() => undefined)
        .finally(() => (busy = false));
    }, ASK_MS);
    return () => clearInterval(timer);
  }

  private restartDead(pool: PgBouncer, onRestart: (kind: PoolKind, failure?: unknown) => void): () => void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      pool
        .ensureRunning()
        .then(
          (restarted) => restarted && onRestart(pool.kind),
          (failure: unknown) => onRestart(pool.kind, failure),
        )
        .finally(() => (busy = false));
    }, WATCH_MS);
    return () => clearInterval(timer);
  }

  /** Sends clients to the node, those who were held first. */
  async lead(target: PoolerTarget): Promise<void> {
    await Promise.all(this.both.map((pool) => pool.lead(target)));
  }

  /** There is no open primary: clients wait, at most query_wait_timeout (60 s), instead of being refused. */
  async hold(): Promise<void> {
    await Promise.all(this.both.map((pool) => pool.hold({ cut: false })));
  }

  pause = (kind: PoolKind, boundMs: number): Promise<boolean> => this[kind].pause(boundMs);

  /** Ends a pause of either process. */
  async resume(): Promise<void> {
    await Promise.all(this.both.map((pool) => pool.resume()));
  }

  /** After a repoint away from a silent host; returns the databases whose connections it had to cut. */
  async killWhereStale(old: PoolerTarget): Promise<string[]> {
    return (await Promise.all(this.both.map((pool) => pool.killWhereStale(old)))).flat();
  }

  async stop(): Promise<void> {
    await Promise.all(this.both.map((pool) => pool.stop()));
  }

  /** Stops both and deletes the endpoint's directory. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.options.dir, { recursive: true, force: true });
  }
}
