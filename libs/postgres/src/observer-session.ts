import type { QueryResultRow } from 'pg';
import { Transient } from '@tandem/platform';
import { connectAgent, type Connection } from './connection';
import type { NodeContext } from './node-options';

/** The session that observations are made in: kept open, apart from effects, made anew after every failure. */
export class ObserverSession {
  private session: Connection | undefined;
  private busy = false;

  constructor(private readonly node: NodeContext) {}

  /** One row, within the bound in ms; one question at a time, so that a hung server is asked once and not for ever. */
  async row<R extends QueryResultRow>(text: string, boundMs: number): Promise<R> {
    if (this.busy) throw new Transient('observer-busy', 'the previous observation has not been answered yet');
    this.busy = true;
    try {
      this.session ??= await connectAgent(this.node, { connectMs: boundMs, statementMs: boundMs });
      return (await this.session.query<R>(text, [], boundMs))[0];
    } catch (error) {
      this.close();
      throw error;
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.session?.destroy();
    this.session = undefined;
  }
}
