import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathsOf, portsOf } from '@tandem/launch';

/** The same for the sources and for what is built of them. */
const ROOT = join(dirname(require.resolve('@tandem/launch/package.json')), '..', '..');
/** A cold start builds, makes the control database and starts everything: about 30 s on a busy machine. */
const START_BOUND_MS = 180_000;
const CALL_BOUND_MS = 15_000;
/** What `npm start` printed, below the data directory. */
const PRINTED = 'printed.txt';
/** Longer than the launcher's own bound for the death of a host, 10 s. */
const DRILL_BOUND_MS = 20_000;

export interface PlatformPlace {
  readonly dataDir: string;
  readonly portBase: number;
}

export type DrillTarget = { hostId?: string; nodeId?: string; instanceId?: string; service?: string };

/** A running platform as a test sees it: the HTTP API as a user, and the launcher's socket as fate. */
export class Platform {
  readonly paths: ReturnType<typeof pathsOf>;
  readonly ports: ReturnType<typeof portsOf>;

  constructor(readonly place: PlatformPlace) {
    this.paths = pathsOf(place.dataDir);
    this.ports = portsOf(place.portBase);
  }

  /** What `npm start` told its user. */
  get printed(): string {
    return readFileSync(join(this.place.dataDir, PRINTED), 'utf8');
  }

  /** One request of API v1. Throws for a problem document, with its code and detail. */
  async api<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.ports.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${readFileSync(this.paths.apiToken, 'utf8').trim()}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(CALL_BOUND_MS),
    });
    const answer = (await response.json()) as T & { code?: string; detail?: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.code}: ${answer.detail}`);
    return answer;
  }

  /** Makes one fault over the launcher's socket, which works while NATS is down too. Throws when it is refused. */
  drill(verb: string, target: DrillTarget = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.paths.socket, () => socket.write(`${JSON.stringify({ verb, ...target })}\n`));
      socket.setTimeout(DRILL_BOUND_MS, () => socket.destroy(new Error(`drill ${verb}: no answer`)));
      socket.once('error', reject);
      createInterface({ input: socket }).once('line', (line) => {
        socket.destroy();
        const reply = JSON.parse(line) as { ok: boolean; result?: unknown; rejection?: { detail: string } };
        if (reply.ok) resolve(reply.result);
        else reject(new Error(`drill ${verb} ${JSON.stringify(target)}: ${reply.rejection?.detail}`));
      });
    });
  }
}

/** Starts a whole platform with no instance in it. Throws with the launcher's output when it does not come up. */
export async function startPlatform(place: PlatformPlace, environment: NodeJS.ProcessEnv = {}): Promise<Platform> {
  const variables = { ...placeEnvironment(place), TANDEM_NO_DEMO: '1', ...environment };
  writeFileSync(join(place.dataDir, PRINTED), await launcher('start.mjs', ['--detach'], variables));
  return new Platform(place);
}

/** Ends everything of the platform, whatever state its hosts are in. */
export async function stopPlatform(place: PlatformPlace): Promise<void> {
  await launcher('stop.mjs', [], placeEnvironment(place));
}

function placeEnvironment({ dataDir, portBase }: PlatformPlace): NodeJS.ProcessEnv {
  return { TANDEM_DATA: dataDir, TANDEM_PORT_BASE: String(portBase) };
}

function launcher(file: string, args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'tools/launch/bin', file), ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: START_BOUND_MS,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${file} ended with ${code}:\n${output}`)),
    );
  });
}
