import { randomUUID } from 'node:crypto';
import { wallIso } from '@tandem/platform';
import { Decided, EffectParts, noticeOf, recordOf, storyOf } from './effect-parts';
import { NodeMemory } from './node-memory';
import { NodeStream } from './node-stream';

/** The postmaster of one node: adopted, started behind a closed gate, watched, stopped. */
export class NodeProcess {
  private endWatch: () => void = () => undefined;

  constructor(
    private readonly parts: EffectParts,
    private readonly stream: NodeStream,
  ) {}

  /** A postmaster that outlived the last agent is taken over as it is (R10). */
  async adopt(): Promise<void> {
    const { memory, pg } = this.parts;
    this.watch((await pg.adopt()) ?? null);
    // R4: a cut outlives the agent that made it; its consent does not, so the table re-attaches or promotes.
    if (memory.running && !(await pg.hasSource())) memory.cut = { untilMs: -Infinity };
  }

  async start(role: 'primary' | 'standby'): Promise<void> {
    const { memory, pg, sight } = this.parts;
    const known = await pg.names();
    const synced = recordOf(this.parts).syncSet.length > 0;
    // R8: with somebody in syncSet commits wait from the first moment on; for whom is told when it is known.
    // R13: a standby has no names that a promotion could inherit.
    const names = role === 'standby' ? 'clear' : synced && known === 'clear' ? 'nobody' : known;
    if (role === 'primary') await pg.forgetSource();
    else await this.stream.prepareStandby();
    sight.newStart();
    memory.shutdownLsn = null;
    this.watch(await pg.start({ role, names }));
  }

  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    const { memory, pg, sight } = this.parts;
    await pg.stop(mode);
    memory.shutdownLsn = mode === 'fast' ? await pg.shutdownCheckpointLsn() : null;
    memory.confirmed = null;
    this.watch(null);
    sight.newStart();
  }

  /** R7: a gray disk may not let PostgreSQL end by itself. */
  async killGray(decided: Decided): Promise<void> {
    const { memory, pg, sight } = this.parts;
    await pg.kill();
    memory.shutdownLsn = null;
    memory.confirmed = null;
    this.watch(null);
    sight.newStart();
    this.tellFenced(decided);
  }

  /** R6, R9: a stop that takes the right to serve away; told if clients could have been let in. */
  async fence(decided: Decided): Promise<void> {
    await this.stop('immediate');
    this.tellFenced(decided);
  }

  private tellFenced({ verdict: { row }, facts }: Decided): void {
    const { memory, notify } = this.parts;
    memory.switchover = null;
    if (facts.gate === 'closed') return;
    const data = { ...noticeOf(this.parts), by: 'agent' as const, at: wallIso(), row };
    notify({ type: 'NodeFenced', id: randomUUID(), correlationId: storyOf(this.parts), data });
  }

  /** The agent ends; PostgreSQL goes on. */
  endWatching(): void {
    this.endWatch();
  }

  private watch(identity: NodeMemory['postmaster']): void {
    const { memory, pg, onDeath } = this.parts;
    this.endWatch();
    memory.postmaster = identity;
    if (identity) memory.endedFull = undefined;
    if (identity) this.endWatch = pg.watchPostmaster(identity, onDeath);
  }
}
