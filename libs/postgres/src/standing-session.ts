import type { QueryResultRow } from 'pg';
import { connectAgent, type Connection } from './connection';
import type { NodeContext } from './node-options';

/**
 * A session that is kept open for short effects: in a failover each new session costs milliseconds. It is opened when
 * it is first needed, and anew after the server or the session has ended.
 */
export class StandingSession {
  private opening: Promise<Connection> | undefined;
  private session: Connection | undefined;

  constructor(private readonly node: NodeContext) {}

  async query<R extends QueryResultRow>(text: string, values: unknown[] = [], boundMs?: number): Promise<R[]> {
    return (await this.open()).query<R>(text, values, boundMs);
  }

  close(): void {
    this.session?.destroy();
    this.session = undefined;
  }

  private async open(): Promise<Connection> {
    if (this.session?.usable) return this.session;
    this.opening ??= connectAgent(this.node).finally(() => (this.opening = undefined));
    return (this.session = await this.opening);
  }
}
