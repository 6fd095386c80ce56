import { watchProcess, type ProcessIdentity } from '@tandem/host';
import { DeathPipe } from './death-pipe';
import type { NodeContext } from './node-options';

/**
 * Watches a postmaster. When it dies its children are ended before they notice; then `onDeath` is called, within 100 ms.
 * Several may watch one postmaster: the agent, and the guard for the time without an agent.
 * @returns ends the watch; PostgreSQL goes on.
 */
export function watchPostmaster(node: NodeContext, identity: ProcessIdentity, onDeath: () => void): () => void {
  const pipe = new DeathPipe(identity);
  const ended = async () => {
    await pipe.endChildren(node.paths.data);
    pipe.release();
    onDeath();
  };
  const endWatch = watchProcess(identity, () => void ended());
  return () => {
    endWatch();
    pipe.release();
  };
}
