import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');

/** Ports of this machine where a project is published. */
export const published = { api: 23_000, endpoints: 23_100 };

/** docker-compose.yml as a project of a test's own: name, image, ports and network are nobody else's. */
export class ComposeProject {
  private readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly command: readonly string[],
    engineEnv: NodeJS.ProcessEnv,
  ) {
    this.env = {
      ...engineEnv,
      COMPOSE_PROJECT_NAME: 'tandem-test',
      TANDEM_IMAGE: 'tandem-test',
      TANDEM_API_PORT: String(published.api),
      TANDEM_ENDPOINT_PORTS: `${published.endpoints}-${published.endpoints + 19}`,
      TANDEM_NETWORK: '172.30.78',
      // The engine's older clients build without an extension that Debian does not package.
      DOCKER_BUILDKIT: process.env['DOCKER_BUILDKIT'] ?? '0',
    };
  }

  /** Standard output of one command of Compose. Throws with its error output, and at the bound. */
  async do(args: readonly string[], boundMs = 60_000): Promise<string> {
    const [file = '', ...before] = this.command;
    const options = { cwd: ROOT, env: this.env, timeout: boundMs, maxBuffer: 64 * 2 ** 20 };
    return (await run(file, [...before, ...args], options)).stdout;
  }

  /** One request of API v1 through the published port. Throws for every other status than a success. */
  async api<T>(token: string, method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${published.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
