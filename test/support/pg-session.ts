import { Socket } from 'node:net';
import { Client, ClientConfig } from 'pg';

/** One client session that can be cut at once, and that knows whether its last statement brought a WARNING. */
export class PgSession {
  private readonly client: Client;
  private readonly socket = new Socket();
  private warned = false;

  private constructor(config: ClientConfig) {
    this.client = new Client({ ...config, stream: () => this.socket });
    this.client.on('error', () => undefined);
    // A commit that was cancelled while it waited for the secondary is answered with a WARNING: not an acknowledgement.
    this.client.on('notice', ({ severity }) => (this.warned ||= severity === 'WARNING'));
  }

  static async open(config: ClientConfig, withinMs = 500): Promise<PgSession> {
    const session = new PgSession(config);
    await session.within(withinMs, session.client.connect());
    return session;
  }

  /** Rows, and whether the answer came without a WARNING. Cuts the session when no answer comes in time. */
  async query<R extends object>(text: string, values: unknown[], withinMs: number) {
    this.warned = false;
    const { rows } = await this.within(withinMs, this.client.query<R>(text, values));
    return { rows, clean: !this.warned };
  }

  cut(): void {
    this.socket.destroy();
  }

  private async within<T>(boundMs: number, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${boundMs} ms`)), boundMs);
    });
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, overdue]);
    } catch (error) {
      this.cut();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
