import { monotonicMs } from '@tandem/platform';
import { NamesProof, PostgresNode } from '@tandem/postgres';
import { AgentFacts, lsnValue, Sabotage } from '@tandem/protocol';

interface Reached {
  flushLsn: string | null;
  replayLsn: string | null;
}

/**
 * R3: what shows that the secondary holds every commit: names in force, a mark, and the secondary past the mark. It
 * belongs to one epoch, one start of the postmaster and one incarnation of the secondary; `void` makes it start over.
 */
export class RestoreEvidence {
  private level: AgentFacts['evidence'] = 'none';
  private mark: string | null = null;
  private belongsTo: string | null = null;

  constructor(
    private readonly pg: PostgresNode,
    private readonly sabotage: Sabotage | undefined,
  ) {}

  /** The level as far as it belongs to `key`: epoch, start of the postmaster and name of the secondary. */
  of(key: string): AgentFacts['evidence'] {
    return this.belongsTo === key ? this.level : 'none';
  }

  /** The sabotage `no-names`: what the agent takes for names in force is nothing. */
  get pretends(): boolean {
    return this.sabotage === 'no-names' && this.level !== 'none';
  }

  void(): void {
    this.level = 'none';
    this.mark = null;
    this.belongsTo = null;
  }

  /** Sets names that nobody has, sees a probe commit wait, then names the secondary: from the first of these on commits wait. */
  async enforce(key: string, name: string): Promise<void> {
    this.void();
    if (this.sabotage !== 'no-names') {
      const proof = await this.pg.beginNamesProof();
      const inForce = await proof.waiting();
      await proof.exchange(name);
      proof.abandon();
      if (!inForce) return;
    }
    this.belongsTo = key;
    this.level = 'in-force';
  }

  /** Takes the WAL insert position: what was written before names were in force ends there. */
  takeMark(insertLsn: string): void {
    this.mark = insertLsn;
    this.level = 'marked';
  }

  /** Flushed and replayed past the mark. */
  look(reached: Reached | undefined): void {
    if (this.level !== 'marked' || !this.mark || !reached?.flushLsn || !reached.replayLsn) return;
    const mark = lsnValue(this.mark);
    if (lsnValue(reached.flushLsn) >= mark && lsnValue(reached.replayLsn) >= mark) this.level = 'caught-up';
  }
}

/**
 * R7, R8: after a start with somebody in syncSet, a probe commit shows that names are in force, and its return that the
 * secondary has flushed everything up to the end of recovery. Runs beside the agent's loop.
 */
export class RecoveryProof {
  private phase: 'none' | 'begun' | 'waiting' | 'completing' | 'flushed' = 'none';
  private proof: NamesProof | null = null;
  private attempt = 0;
  private lastTryMs = -Infinity;

  constructor(private readonly pg: PostgresNode) {}

  get flushed(): boolean {
    return this.phase === 'flushed';
  }

  /** A commit that waits has reached the local disk (R7). */
  get onDisk(): boolean {
    return this.phase === 'waiting' || this.phase === 'completing' || this.phase === 'flushed';
  }

  reset(): void {
    this.attempt++;
    this.phase = 'none';
    this.proof?.abandon();
    this.proof = null;
  }

  /** Goes one step further if that is possible; never waits. */
  advance(attachedAs: string | null, wake: () => void): void {
    const now = monotonicMs();
    if (this.phase === 'none' && now - this.lastTryMs > 200) this.run('begun', wake, () => this.begin());
    if (this.phase === 'waiting' && attachedAs) this.run('completing', wake, () => this.complete(attachedAs));
  }

  private run(phase: 'begun' | 'completing', wake: () => void, work: () => Promise<void>): void {
    const attempt = this.attempt;
    this.phase = phase;
    this.lastTryMs = monotonicMs();
    work()
      .catch(() => {
        if (this.attempt === attempt) this.phase = phase === 'begun' ? 'none' : 'waiting';
      })
      .finally(wake);
  }

  private async begin(): Promise<void> {
    const attempt = this.attempt;
    const proof = await this.pg.beginNamesProof();
    const inForce = await proof.waiting();
    if (this.attempt !== attempt) return proof.abandon();
    if (!inForce) throw new Error('the probe commit was not seen waiting');
    this.proof = proof;
    this.phase = 'waiting';
  }

  private async complete(name: string): Promise<void> {
    const attempt = this.attempt;
    await this.proof?.complete(name, 60_000);
    if (this.attempt === attempt) this.phase = 'flushed';
  }
}
