import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostView, InstanceAccepted, InstanceView } from '@tandem/contracts';
import { Permanent } from '@tandem/platform';
import { pathsOf, portsOf } from './layout';
import { writeOwned } from './owned-files';
import { Settings } from './settings';

export const DEMO = 'demo';
const POLL_MS = 100;

/** The API of this installation, spoken with the token of its data directory. */
export class LocalApi {
  readonly url: string;
  private readonly token: string;

  constructor(private readonly settings: Settings) {
    this.url = `http://127.0.0.1:${portsOf(settings.portBase).api}`;
    this.token = readFileSync(pathsOf(settings.dataDir).apiToken, 'utf8').trim();
  }

  /** Null when nothing answers. Bounded to 5 s. */
  async call<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T } | null> {
    try {
      const response = await fetch(`${this.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T };
    } catch {
      return null;
    }
  }

  /** Waits until /healthz answers 200. */
  async waitHealthy(boundMs: number, stopped: () => boolean): Promise<void> {
    await until(`the API on ${this.url} answers`, boundMs, stopped, async () => {
      return (await this.call('GET', '/healthz'))?.status === 200;
    });
  }

  /** The instance `demo`, or null when there is none. Waits until the API can tell. */
  async findDemo(boundMs: number, stopped: () => boolean): Promise<InstanceView | null> {
    let answer: Awaited<ReturnType<typeof this.call<InstanceView>>> = null;
    await until('the API tells about instances', boundMs, stopped, async () => {
      answer = await this.call<InstanceView>('GET', `/v1/instances/${DEMO}`);
      return answer?.status === 200 || answer?.status === 404;
    });
    const { status, body } = answer as unknown as { status: number; body: InstanceView };
    return status === 200 ? body : null;
  }

  /** Creates `demo` once enough hosts are live (a placement before that would find too few) and waits until it serves. */
  async createDemo(options: { hosts: number; boundMs: number }, stopped: () => boolean): Promise<InstanceView> {
    await until('the node-agents answer', options.boundMs, stopped, async () => {
      const answer = await this.call<{ hosts: HostView[] }>('GET', '/v1/hosts');
      const live = answer?.status === 200 ? answer.body.hosts.filter(({ state }) => state === 'live') : [];
      return live.length >= options.hosts;
    });
    await this.requestDemo();
    return this.waitAvailable(options.boundMs, stopped);
  }

  /** Waits until `demo` serves with both nodes. Throws Permanent when its creation failed or at the bound. */
  async waitAvailable(boundMs: number, stopped: () => boolean): Promise<InstanceView> {
    let view: InstanceView | null = null;
    await until(`instance ${DEMO} is available`, boundMs, stopped, async () => {
      view = await this.findDemo(boundMs, stopped);
      if (view?.status === 'failed') {
        throw new Permanent('demo-failed', `Instance ${DEMO} was not created: ${view.problem?.detail ?? 'see logs'}`);
      }
      return view?.status === 'available';
    });
    return view as unknown as InstanceView;
  }

  private async requestDemo(): Promise<void> {
    const body = { name: DEMO, edition: 'ha', zones: 'multi-zone' };
    const answer = await this.call<InstanceAccepted & { detail?: string }>('POST', '/v1/instances', body);
    if (answer === null || answer.status >= 300) {
      const detail = answer?.body.detail ?? `status ${answer?.status ?? 'none'}`;
      throw new Permanent('demo-failed', `Instance ${DEMO} was not created: ${detail}`);
    }
    const content = JSON.stringify(answer.body.credentials, null, 2);
    writeOwned(pathsOf(this.settings.dataDir).demo, `${content}\n`, { mode: 0o600, user: this.settings.user });
  }
}

/** The password that was given once at the creation, or null when it is not known here. */
export function demoPassword(settings: Settings): string | null {
  const { demo } = pathsOf(settings.dataDir);
  if (!existsSync(demo)) return null;
  return (JSON.parse(readFileSync(demo, 'utf8')) as { password: string }).password;
}

async function until(
  what: string,
  boundMs: number,
  stopped: () => boolean,
  condition: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await condition())) {
    if (stopped()) throw new Permanent('stopped', 'Stopped before it was ready.');
    if (performance.now() > deadline) throw new Permanent('not-ready', `Not within ${boundMs / 1_000} s: ${what}`);
    await delay(POLL_MS);
  }
}
