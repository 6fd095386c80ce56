import { join } from 'node:path';
import { durableRemove, durableWrite, readIfPresent } from '@tandem/host';

export interface FenceMark {
  readonly row: string;
  readonly at: string;
}

const pathIn = (nodeDir: string): string => join(nodeDir, 'fenced-by-guard.json');

/** What the guard has done while there was no agent to tell it; the next agent does, once. */
export const writeFenceMark = (nodeDir: string, mark: FenceMark): Promise<void> =>
  durableWrite(pathIn(nodeDir), JSON.stringify(mark));

/** Tells the mark, then removes it: a crash in between tells it twice, and never not at all. */
export async function takeFenceMark(nodeDir: string, tell: (mark: FenceMark) => void): Promise<void> {
  const text = await readIfPresent(pathIn(nodeDir));
  if (text === undefined) return;
  tell(JSON.parse(text) as FenceMark);
  await durableRemove(pathIn(nodeDir));
}
