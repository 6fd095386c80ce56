import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { durableRemove, durableWrite, ensureDirectory, readIfPresent } from '@tandem/host';

/** What this host was told to run, one file each, so that a restarted agent goes on without asking anybody. */
export class Assignments<S extends z.ZodType> {
  constructor(
    private readonly dir: string,
    private readonly schema: S,
  ) {}

  async all(): Promise<z.infer<S>[]> {
    await ensureDirectory(this.dir);
    const names = (await readdir(this.dir)).filter((name) => name.endsWith('.json'));
    const texts = await Promise.all(names.map((name) => readIfPresent(join(this.dir, name))));
    return texts.filter((text) => text !== undefined).map((text) => this.schema.parse(JSON.parse(text)));
  }

  async put(key: string, assignment: z.infer<S>): Promise<void> {
    await ensureDirectory(this.dir);
    await durableWrite(join(this.dir, `${key}.json`), JSON.stringify(assignment));
  }

  async remove(key: string): Promise<void> {
    await durableRemove(join(this.dir, `${key}.json`));
  }
}
