import { eventually } from '@tandem/testkit';
import { clientCertificate } from './client-certificate';
import { CREATE, Reader, Writer } from './client-loop';
import { History } from './history';
import { PgSession } from './pg-session';
import { TestInstance } from './test-instance';

const SESSION_WRITERS = 4;
const POOLED_WRITERS = 2;
/** Numbers of direct writers begin here. */
const DIRECT = 100;
/** A client's own patience with one statement through the endpoint, as in tools/peers. */
const ENDPOINT_PATIENCE_MS = 10_000;
/** A direct writer waits for as long as the session lives: a late answer of a thawed primary must not escape it. */
const DIRECT_PATIENCE_MS = 600_000;
/** Fewer acknowledgements in the second before the fault make a run void. */
const BUSY_PER_SECOND = 50;
const BUSY_BOUND_MS = 30_000;

/**
 * Clients of one instance: writers and a reader through its endpoint, and a writer on each raw port with the
 * platform's certificate, which tells what each node itself acknowledges.
 */
export class Workload {
  readonly history = new History();
  private readonly loops: { stop(): Promise<void> }[] = [];

  private constructor(private readonly instance: TestInstance) {}

  static async start(instance: TestInstance): Promise<Workload> {
    const workload = new Workload(instance);
    await eventually('the endpoint takes a table', () => workload.createTable(), BUSY_BOUND_MS);
    workload.begin();
    return workload;
  }

  /** Waits until the run counts: enough commits through the endpoint in one second, and the primary's raw port answers. */
  async busy(): Promise<void> {
    await eventually('the instance is busy', () => this.isBusy(), BUSY_BOUND_MS);
  }

  /** Called in the moment of the fault. Throws when the run is void. */
  mustBeBusy(): void {
    if (!this.isBusy()) throw new Error(`void: not ${BUSY_PER_SECOND} commits in the second before the fault`);
  }

  /** Waits until the new state of things is in use: commits through both endpoints and on the primary's raw port. */
  async flows(): Promise<void> {
    const from = performance.now();
    await eventually(
      'commits flow through both endpoints and on the raw port of the primary',
      () => {
        const ways = ['session', 'pooled', this.instance.roles.primary.nodeId];
        const since = this.history.acknowledged.filter(({ startMs }) => startMs >= from);
        return ways.every((way) => since.filter(({ via }) => via === way).length >= 5);
      },
      BUSY_BOUND_MS,
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  private isBusy(): boolean {
    const lately = this.history.acknowledged.filter(({ endMs }) => endMs > performance.now() - 1_000);
    const { primary, secondary } = this.instance.roles;
    // Both raw ports are tried: the primary's answers, the secondary's has refused.
    const direct = lately.some(({ via }) => via === primary.nodeId) && this.history.hasFailed(secondary.nodeId);
    return direct && lately.filter(({ writer }) => writer < SESSION_WRITERS).length >= BUSY_PER_SECOND;
  }

  private async createTable(): Promise<true> {
    const session = await PgSession.open({ connectionString: this.instance.url('session') }, 2_000);
    try {
      for (const statement of CREATE) await session.query(statement, [], ENDPOINT_PATIENCE_MS);
      return true;
    } finally {
      session.cut();
    }
  }

  private begin(): void {
    const { history, instance } = this;
    for (let writer = 0; writer < SESSION_WRITERS + POOLED_WRITERS; writer++) {
      const via = writer < SESSION_WRITERS ? 'session' : 'pooled';
      const as = { writer, via, patienceMs: ENDPOINT_PATIENCE_MS };
      this.loops.push(new Writer(history, { connectionString: instance.url(via) }, as).start());
    }
    this.loops.push(new Reader(history, { connectionString: instance.url('session') }).start());
    const { tls } = clientCertificate(instance.platform);
    instance.places.forEach(({ nodeId, address, port }, index) => {
      const config = { ...instance.login, host: address, port, ssl: tls };
      const as = { writer: DIRECT + index, via: nodeId, patienceMs: DIRECT_PATIENCE_MS };
      this.loops.push(new Writer(history, config, as).start());
    });
  }
}
