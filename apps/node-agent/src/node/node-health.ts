import { randomUUID } from 'node:crypto';
import { AgentNotice } from '@tandem/contracts';
import { Logger, monotonicMs, pause, wallIso } from '@tandem/platform';
import { FULL_BELOW_BYTES, GROWN_FROM_BYTES, PostgresNode } from '@tandem/postgres';
import { failoverIdOf } from '@tandem/protocol';
import { takeFenceMark } from '../guard/fence-mark';
import { GrayWatch } from '../observe/gray-watch';
import { NodeMemory } from './node-memory';

/** R7: the reserved probe commits once a second. */
const EVERY_MS = 1_000;

type About = Pick<Extract<AgentNotice, { type: 'NodeDiskFilled' }>['data'], 'instanceId' | 'nodeId' | 'epoch' | 'at'>;

interface Parts {
  readonly memory: NodeMemory;
  readonly dir: string;
  readonly pg: PostgresNode;
  /** Whether PostgreSQL of this node runs as the primary and answers. */
  readonly serves: () => boolean;
  readonly notify: (notice: AgentNotice) => void;
  readonly wake: () => void;
  readonly log: Logger;
}

/**
 * Looks at what a running PostgreSQL does not show by itself: a disk that fails under it, one that is full, and what the
 * guard did while there was no agent.
 */
export class NodeHealth {
  private readonly gray = new GrayWatch();
  private full = false;
  private readonly ending = new AbortController();

  constructor(private readonly parts: Parts) {}

  start(): void {
    void this.run();
  }

  stop(): void {
    this.ending.abort();
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const beganMs = monotonicMs();
      await this.look().catch((err: unknown) => this.parts.log.warn({ err }, 'The health of the node is not known'));
      await pause(Math.max(0, beganMs + EVERY_MS - monotonicMs()), this.ending.signal);
    }
  }

  private async look(): Promise<void> {
    await this.lookForGuard();
    await this.lookAtSpace();
    await this.lookForGray();
  }

  private async lookForGuard(): Promise<void> {
    const { memory, dir } = this.parts;
    if (!memory.record) return;
    await takeFenceMark(dir, (mark) =>
      this.tell((about) => ({ type: 'NodeFenced', id: randomUUID(), data: { ...about, by: 'guard', ...mark } })),
    );
  }

  private async lookAtSpace(): Promise<void> {
    const { pg } = this.parts;
    if (!(await pg.hasData())) return;
    const freeBytes = await pg.freeBytes();
    const full = this.full ? freeBytes < GROWN_FROM_BYTES : freeBytes < FULL_BELOW_BYTES;
    if (full === this.full) return;
    this.full = full;
    const type = full ? 'NodeDiskFilled' : 'NodeDiskGrown';
    this.tell((about) => ({ type, id: randomUUID(), data: { ...about, freeBytes } }));
    this.parts.wake();
  }

  private async lookForGray(): Promise<void> {
    const { memory, pg, serves, wake } = this.parts;
    if (!serves()) return this.gray.newStart();
    const { postmaster, gray: before } = memory;
    const results = await pg.probeDatabases();
    if (memory.postmaster !== postmaster) return this.gray.newStart();
    memory.gray = this.gray.look(results, monotonicMs());
    if ((memory.gray === null) === (before === null)) return;
    const { gray } = memory;
    if (gray) this.tell((about) => ({ type: 'PrimaryTurnedGray', id: randomUUID(), data: { ...about, ...gray } }));
    wake();
  }

  /** What each notice begins with; nothing is told of a node that no record knows yet. */
  private tell(notice: (about: About) => AgentNotice): void {
    const { memory, notify } = this.parts;
    if (!memory.record) return;
    const { instanceId, nodeId } = memory.assignment;
    const about = { instanceId, nodeId, epoch: memory.record.epoch, at: wallIso() };
    notify({ ...notice(about), correlationId: failoverIdOf(memory.record) });
  }
}
