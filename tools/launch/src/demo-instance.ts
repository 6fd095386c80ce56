import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostView, InstanceAccepted, InstanceView } from '@tandem/contracts';
import { Permanent } from '@tandem/platform';
import { pathsOf, portsOf } from './layout';
import { writeOwned } from './owned-files';
import { hosts } from './services';
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

  /** Waits until every host has an agent that answers: a placement before that would find too few. */
  async waitHosts(boundMs: number, stopped: () => boolean): Promise<void> {
    await until('the node-agents answer', boundMs, stopped, async () => {
      const answer = await this.call<HostView[] | { hosts: HostView[] }>('GET', '/v1/hosts');
      if (answer?.status !== 200) return false;
      const list = Array.isArray(answer.body) ? answer.body : answer.body.hosts;
      return list.filter((host) => host.state === 'live').length >= hosts.length;
    });
  }

  /** Creates the instance `demo` unless it is there, and waits until it serves. */
  async ensureDemo(boundMs: number, stopped: () => boolean): Promise<InstanceView> {
    const existing = await this.call<InstanceView>('GET', `/v1/instances/${DEMO}`);
    if (existing?.status === 404) await this.createDemo();
    let view: InstanceView | undefined;
    await until(`instance ${DEMO} is available`, boundMs, stopped, async () => {
      const answer = await this.call<InstanceView | { instance: InstanceView }>('GET', `/v1/instances/${DEMO}`);
      if (answer?.status !== 200) return false;
      view = 'instance' in answer.body ? answer.body.instance : answer.body;
      if (view.status === 'failed') {
        throw new Permanent('demo-failed', `Instance ${DEMO} was not created: ${view.problem?.detail ?? 'see logs'}`);
      }
      return view.status === 'available';
    });
    return view as InstanceView;
  }

  private async createDemo(): Promise<void> {
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
