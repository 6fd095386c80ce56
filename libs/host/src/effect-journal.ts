import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { InvariantViolation } from '@tandem/platform';
import { durableWrite, ensureDirectory, readIfPresent } from './durable-write';

export type EffectState<R = unknown> =
  | { state: 'absent' }
  /** Begun, and perhaps done: look at the thing itself, then decide. */
  | { state: 'started'; kind: string }
  | { state: 'finished'; kind: string; result: R };

/** Remembers effects by id across restarts, so that a command that is delivered twice acts once. */
export class EffectJournal {
  constructor(private readonly directory: string) {}

  /** Persists that the effect may take place from now on; a finished effect stays finished. */
  async start(id: string, kind: string): Promise<EffectState> {
    const known = await this.look(id);
    if (known.state === 'absent') await this.write(id, { state: 'started', kind });
    return known;
  }

  /** Persists the result; `start` must have come first. */
  async finish(id: string, result: unknown): Promise<void> {
    const known = await this.look(id);
    if (known.state === 'absent') throw new InvariantViolation('effect-not-started', `effect ${id} was never started`);
    if (known.state === 'started') await this.write(id, { state: 'finished', kind: known.kind, result });
  }

  async look<R = unknown>(id: string): Promise<EffectState<R>> {
    const text = await readIfPresent(this.path(id));
    return text === undefined ? { state: 'absent' } : (JSON.parse(text) as EffectState<R>);
  }

  /** Forgets all but the newest `keep` effects, so that the directory stays bounded. */
  async prune(keep: number): Promise<void> {
    const names = await readdir(this.directory).catch(() => [] as string[]);
    const aged = await Promise.all(
      names.map(async (name) => {
        const path = join(this.directory, name);
        return { path, mtimeMs: (await stat(path)).mtimeMs };
      }),
    );
    aged.sort((a, b) => b.mtimeMs - a.mtimeMs);
    await Promise.all(aged.slice(keep).map(({ path }) => unlink(path)));
  }

  private async write(id: string, state: EffectState): Promise<void> {
    await ensureDirectory(this.directory);
    await durableWrite(this.path(id), JSON.stringify(state));
  }

  private path(id: string): string {
    if (!/^[\w.-]{1,120}$/.test(id)) throw new InvariantViolation('effect-id', `not an effect id: ${id}`);
    return join(this.directory, `${id}.json`);
  }
}
