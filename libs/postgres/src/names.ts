import { durableWrite, readIfPresent } from '@tandem/host';
import type { NodeContext } from './node-options';
import { quoteSetting } from './quoting';

/**
 * What commits wait for. `clear`: nothing. `nobody`: a name that no standby has, so every commit waits. `only`: the
 * WAL receiver of one node in one incarnation (R3).
 */
export type Names = 'clear' | 'nobody' | { only: string };

const NOBODY = 'tandem_nobody';
const SETTING = 'synchronous_standby_names';

function value(names: Names): string {
  if (names === 'clear') return '';
  return `"${(names === 'nobody' ? NOBODY : names.only).replace(/"/g, '')}"`;
}

/** Persists the names; the caller reloads. fsynced before any CAS that rests on them (R1). */
export async function writeNames(node: NodeContext, names: Names): Promise<void> {
  const text = `${SETTING} = ${quoteSetting(value(names))}\n`;
  await durableWrite(node.paths.namesConf, text, { owner: node.user });
}

/** The names as persisted; whether PostgreSQL enforces them only a waiting commit can prove (see NamesProof). */
export async function readNames(node: NodeContext): Promise<Names> {
  const name = /= '"(.+)"'$/m.exec((await readIfPresent(node.paths.namesConf)) ?? '')?.[1];
  if (name === undefined) return 'clear';
  return name === NOBODY ? 'nobody' : { only: name };
}
