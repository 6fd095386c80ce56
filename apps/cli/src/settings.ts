import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliFailure } from './cli-failure';
import { exitCodes } from './exit-codes';

export interface Settings {
  /** Without a slash at its end. */
  readonly api: string;
  readonly token: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The port base of an installation that chose none, as the launcher has it. */
const DEFAULT_PORT_BASE = 7400;

/** TANDEM_API and TANDEM_TOKEN; what is missing comes from the data directory of this machine's platform. */
export function readSettings(env: Environment): Settings {
  const data = dataDirectory(env);
  const api = env.TANDEM_API || apiOf(data, env);
  return { api: api.replace(/\/+$/, ''), token: env.TANDEM_TOKEN || tokenOf(data) };
}

export function dataDirectory(env: Environment): string {
  return env.TANDEM_DATA || defaultDataDirectory(env);
}

function defaultDataDirectory(env: Environment): string {
  const system = '/var/lib/tandem';
  const own = join(env.HOME || homedir(), '.local', 'share', 'tandem');
  if (process.getuid?.() === 0) return system;
  return existsSync(join(own, 'secrets')) || !existsSync(system) ? own : system;
}

function apiOf(data: string, env: Environment): string {
  const platform = readJson(join(data, 'run', 'platform.json'));
  const base = Number(env.TANDEM_PORT_BASE ?? platform?.portBase ?? DEFAULT_PORT_BASE);
  return `http://127.0.0.1:${base}`;
}

function readJson(path: string): { portBase?: number } | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { portBase?: number };
  } catch {
    return null;
  }
}

function tokenOf(data: string): string {
  const path = join(data, 'secrets', 'api-token');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliFailure(
      exitCodes.unauthenticated,
      `No API token: set TANDEM_TOKEN, or TANDEM_DATA to the data directory of a running platform.\n  ${reason}`,
    );
  }
}
