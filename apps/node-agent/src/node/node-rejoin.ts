import { randomUUID } from 'node:crypto';
import { NodeReport } from '@tandem/contracts';
import { Transient, wallIso } from '@tandem/platform';
import { Decided, EffectParts, noticeOf, recordOf, storyOf } from './effect-parts';
import { NodeState } from '../state/node-file';
import { NodeProcess } from './node-process';
import { NodeStream } from './node-stream';

type How = 'clone' | 'reclone' | 'clean-start' | 'rewind';

const ACCEPT_MS = 30_000;

/** A new life of a data directory; names and syncSet tell lives apart (R3). */
export const newIncarnation = (): string => randomUUID().slice(0, 8);

/**
 * R9: a node becomes a standby of the primary that has opened the epoch: by a clean start, a rewind, or a copy. The new
 * incarnation and the source's lineage are persisted before the data changes, so that an agent that dies in between
 * leaves a node that the table knows how to go on with.
 */
export class NodeRejoin {
  constructor(
    private readonly parts: EffectParts,
    private readonly process: NodeProcess,
    private readonly stream: NodeStream,
  ) {}

  async clone({ verdict }: Decided, how: How = 'clone'): Promise<void> {
    const report = this.affirming();
    await this.process.stop('immediate');
    await this.beginLife(report.lineage);
    await this.parts.pg.baseBackup(this.stream.source);
    await this.following();
    this.tell(how, 0, verdict.row);
  }

  /** Clean start where nothing diverged, else a rewind, else a new copy. */
  async rejoin(decided: Decided): Promise<void> {
    const { pg, log } = this.parts;
    const report = this.affirming();
    await this.process.stop('immediate');
    if (decided.facts.data === 'damaged') return this.clone(decided, 'reclone');
    const { joinsCleanly } = await pg.compareWith(this.stream.source);
    // A clean start brings nothing of the source: its branch becomes this node's own when it streams on it.
    await this.beginLife(joinsCleanly ? this.parts.memory.file.state.lineage : report.lineage);
    if (joinsCleanly) {
      await this.following();
      await this.process.start('standby');
      this.tell('clean-start', 0, decided.verdict.row);
      return this.dropOldSlots();
    }
    try {
      const rewound = await pg.rewind(this.stream.source, { epoch: recordOf(this.parts).epoch });
      await this.following();
      this.tell('rewind', rewound.discardedBytes, decided.verdict.row);
    } catch (err) {
      log.warn({ err }, 'Rewind impossible, a new copy is made');
      await this.clone(decided, 'reclone');
    }
  }

  /** The source's own word, on which the row rested; without it the row is decided anew. */
  private affirming(): NodeReport {
    const report = this.parts.peer?.report;
    if (!report) throw new Transient('peer-silent', 'the word of the source has expired');
    return report;
  }

  private async beginLife(lineage: NodeState['lineage']): Promise<void> {
    const { memory } = this.parts;
    memory.cut = null;
    await memory.file.save({ incarnation: newIncarnation(), lineage, following: null });
  }

  private async following(): Promise<void> {
    const { epoch, primary } = recordOf(this.parts);
    await this.parts.memory.file.save({ following: { epoch, primary } });
  }

  /** A slot from its time as a primary pins WAL; a copy and a rewind do not bring slots along. */
  private async dropOldSlots(): Promise<void> {
    const { pg, log } = this.parts;
    await pg.waitAccepting(ACCEPT_MS);
    const dropped = await pg.dropSlotsExcept([]);
    if (dropped.length > 0) log.info({ dropped }, 'Dropped slots of an earlier role');
  }

  private tell(how: How, discardedBytes: number, row: string): void {
    const data = { ...noticeOf(this.parts), how, discardedBytes, at: wallIso(), row };
    this.parts.notify({ type: 'NodeRejoined', id: randomUUID(), correlationId: storyOf(this.parts), data });
  }
}
