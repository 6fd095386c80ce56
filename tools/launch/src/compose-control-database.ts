import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { clearControlLeftovers, controlServerCommand, ensureControlDatabase } from './control-database';
import { Settings } from './settings';

/**
 * Runs the control database in the foreground of its container and makes the database once. Resolves with the exit code
 * of the server when that has ended; the engine starts a new one.
 */
export async function composeControlDatabase(settings: Settings): Promise<number> {
  await clearControlLeftovers(settings);
  const [command = '', ...args] = controlServerCommand(settings);
  const server = spawn(command, args, { stdio: 'inherit' });
  const ended = once(server, 'exit') as Promise<[number | null]>;
  // PostgreSQL's fast shutdown: SIGTERM would wait for the services to disconnect.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => server.kill('SIGINT'));
  await Promise.race([ended, ensureControlDatabase(settings)]);
  const [code] = await ended;
  return code ?? 1;
}
