import { spawnSync } from 'node:child_process';

const answers = ([file = '', ...args]: readonly string[]): boolean =>
  spawnSync(file, [...args, 'version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;

/** [command, ...arguments] of Compose on this machine, the engine's plugin or the program of its own; null = none. */
export function composeCommand(): readonly string[] | null {
  return [['docker', 'compose'], ['docker-compose']].find(answers) ?? null;
}
