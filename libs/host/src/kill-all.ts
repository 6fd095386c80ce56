import { Transient } from '@tandem/platform';
import { processesUsing } from './processes-using';
import { waitUntil } from './wait-until';

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends every process that works in `directory` and returns once none is left. Throws Transient when some survive the
 * bound (in ms): a process in an uninterruptible wait for its disk takes no signal.
 */
export async function killAll(directory: string, name: NodeJS.Signals = 'SIGKILL', boundMs = 10_000): Promise<void> {
  const none = await waitUntil(
    () => {
      const left = processesUsing(directory);
      left.forEach((pid) => signal(pid, name));
      return left.length === 0;
    },
    { boundMs },
  );
  if (!none) throw new Transient('processes-left', `processes of ${directory} survived ${name} for ${boundMs} ms`);
}
