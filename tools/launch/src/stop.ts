import { waitUntil, signalIdentity, isAlive } from '@tandem/simhost';
import { Failure } from '@tandem/platform';
import { resolve } from 'node:path';
import { lockHolder } from './launcher-lock';
import { pathsOf } from './layout';
import { endLeftovers } from './end-leftovers';
import { defaultDataDir } from './settings';

/** Services 5 s, hosts 10 s, servers 10 s, each with a margin. */
const STOP_BOUND_MS = 40_000;

/** Ends the launcher of the data directory and, where that died, whatever it left. Resolves with the exit code. */
export async function stop(env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const dataDir = resolve(env['TANDEM_DATA'] || defaultDataDir());
  try {
    const launcher = lockHolder(pathsOf(dataDir).lock);
    if (launcher !== null) {
      signalIdentity(launcher, 'SIGTERM');
      await waitUntil('the launcher ends', () => !isAlive(launcher), { boundMs: STOP_BOUND_MS, everyMs: 50 }).catch(
        () => signalIdentity(launcher, 'SIGKILL'),
      );
    }
    const leftovers = await endLeftovers(dataDir);
    const found = launcher !== null || leftovers.length > 0;
    console.log(found ? 'Tandem has stopped.' : `Nothing of Tandem runs on ${dataDir}.`);
    return 0;
  } catch (error) {
    const denied = (error as NodeJS.ErrnoException).code === 'EPERM';
    const text = denied ? 'It runs as another user: stop it as that user.' : (error as Error).message;
    console.error(error instanceof Failure || denied ? text : (error as Error).stack);
    return 1;
  }
}
