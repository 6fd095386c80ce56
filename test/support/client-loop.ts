import { setTimeout as delay } from 'node:timers/promises';
import { ClientConfig } from 'pg';
import { History, rowKey } from './history';
import { PgSession } from './pg-session';

export const INSERT = 'INSERT INTO probe (writer, seq, via) VALUES ($1, $2, $3)';
export const CREATE = [
  'DROP TABLE IF EXISTS probe',
  'CREATE TABLE probe (writer int, seq int, via text, at bigserial, PRIMARY KEY (writer, seq))',
  'CREATE INDEX ON probe (at)',
];
/** Load enough for the proof (50 commits a second and more), with time left for the platform on two cores. */
const BETWEEN_MS = 5;
const AFTER_ERROR_MS = 20;
/** Rows below the greatest one that was seen may become visible later: this many are looked at again. */
const OVERLAP = 200;
const READ_EVERY_MS = 20;
const READ_PATIENCE_MS = 5_000;

/** One client that works until it is stopped, with a new session after every failure. */
abstract class ClientLoop {
  private stopped = false;
  private session: PgSession | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    protected readonly history: History,
    private readonly config: ClientConfig,
    private readonly options: { via: string; betweenMs: number },
  ) {}

  start(): this {
    this.running = this.run();
    return this;
  }

  /** Cuts the session: an answer that is still to come counts no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.session?.cut();
    await this.running;
  }

  protected abstract work(session: PgSession): Promise<void>;

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        this.session ??= await PgSession.open(this.config);
        await this.work(this.session);
        await delay(this.options.betweenMs);
      } catch (error) {
        this.session?.cut();
        this.session = null;
        if (!this.stopped) this.history.noteError(this.options.via, error);
        await delay(AFTER_ERROR_MS);
      }
    }
    this.session?.cut();
  }
}

/** Inserts one row after the other and notes each commit that it was told of. */
export class Writer extends ClientLoop {
  private seq = 0;

  constructor(
    history: History,
    config: ClientConfig,
    private readonly as: { writer: number; via: string; patienceMs: number },
  ) {
    super(history, config, { via: as.via, betweenMs: BETWEEN_MS });
  }

  protected async work(session: PgSession): Promise<void> {
    const { writer, via, patienceMs } = this.as;
    const seq = this.seq++;
    const startMs = performance.now();
    const { clean } = await session.query(INSERT, [writer, seq, via], patienceMs);
    if (clean) this.history.acknowledged.push({ writer, seq, via, startMs, endMs: performance.now() });
  }
}

/** Reads what is new and notes every row that it was shown. */
export class Reader extends ClientLoop {
  private last = 0;

  constructor(history: History, config: ClientConfig) {
    super(history, config, { via: 'reader', betweenMs: READ_EVERY_MS });
  }

  protected async work(session: PgSession): Promise<void> {
    const text = 'SELECT writer, seq, at::float8 AS at FROM probe WHERE at > $1';
    const { rows } = await session.query<{ writer: number; seq: number; at: number }>(
      text,
      [this.last - OVERLAP],
      READ_PATIENCE_MS,
    );
    for (const row of rows) {
      this.history.seen.add(rowKey(row));
      this.last = Math.max(this.last, row.at);
    }
  }
}
