import { randomBytes } from 'node:crypto';
import { EventPage, EventView, InstanceAccepted, InstanceView } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { ControlLink } from './control-link';
import { noteSecret } from './known-secrets';
import { Platform } from './platform';
import { asAgent } from './superuser';

const CREATE_BOUND_MS = 90_000;
const DELETE_BOUND_MS = 60_000;

/** One HA instance that a fault file has for itself. */
export class TestInstance {
  constructor(
    readonly platform: Platform,
    readonly id: string,
    readonly password: string,
    readonly control: ControlLink,
    private readonly created: InstanceView,
  ) {}

  view(): Promise<InstanceView> {
    return this.platform.api('GET', `/v1/instances/${this.id}`);
  }

  url(kind: 'session' | 'pooled'): string {
    return this.created.endpoints[kind].oneName.replace('PASSWORD', this.password);
  }

  get login() {
    const { account: user, database } = this.created;
    return { user, database, password: this.password };
  }

  /** The primary of the newest version of the record, and the other node, each with its host. */
  get roles() {
    const { nodes, primary } = this.control.record;
    const of = (nodeId: string) => ({ nodeId, hostId: nodes[nodeId].hostId });
    const secondary = Object.keys(nodes).find((nodeId) => nodeId !== primary) as string;
    return { primary: of(primary), secondary: of(secondary) };
  }

  /** Every node with the raw port that only holders of a platform certificate can use. */
  get places(): { nodeId: string; hostId: string; address: string; port: number }[] {
    return Object.entries(this.control.record.nodes).map(([nodeId, place]) => ({ nodeId, ...place }));
  }

  /** Position of the newest event of all, to read on from. */
  async position(): Promise<number> {
    return (await this.platform.api<EventPage>('GET', '/v1/events?last=1')).next;
  }

  async eventsAfter(position: number): Promise<EventView[]> {
    const events: EventView[] = [];
    for (let after = position; ;) {
      const page = await this.platform.api<EventPage>(
        'GET',
        `/v1/events?limit=1000&after=${after}&instance=${this.id}`,
      );
      events.push(...page.events);
      if (page.next === after) return events;
      after = page.next;
    }
  }

  /** The secondary is in syncSet, and both nodes stream: the primary serves and the secondary receives from it. */
  async isWhole(): Promise<boolean> {
    const { status, syncSet, primary, secondary } = await this.view();
    if (status !== 'available' || syncSet.length === 0 || !primary || !secondary) return false;
    const [source, standby] = await Promise.all([primary, secondary].map((node) => this.control.report(node.nodeId)));
    return source?.gate === 'open' && source.role === 'primary' && standby?.role === 'standby' && standby.streaming;
  }

  async becomesWhole(withinMs: number): Promise<void> {
    await eventually('syncSet is not empty and both nodes stream', () => this.isWhole(), withinMs).catch(
      async (error: Error) => {
        const reports = await Promise.all(this.places.map(({ nodeId }) => this.control.report(nodeId)));
        const seen = JSON.stringify({ view: await this.view().catch(String), reports }, null, 1);
        throw new Error(`${error.message}\n${seen}`, { cause: error });
      },
    );
  }

  async delete(): Promise<void> {
    await this.platform.api('DELETE', `/v1/instances/${this.id}`);
    await eventually(
      `instance ${this.id} is gone`,
      () => this.view().then(() => false, (error: Error) => /40[34]|410/.test(error.message)), // prettier-ignore
      DELETE_BOUND_MS,
    );
    await this.control.close();
  }
}

/** Asks for an HA instance over the HTTP API and waits until it is whole. */
export async function createInstance(platform: Platform): Promise<TestInstance> {
  const name = `t-${randomBytes(4).toString('hex')}`;
  const live = async () => {
    const { hosts } = await platform.api<{ hosts: { state: string }[] }>('GET', '/v1/hosts');
    return hosts.length >= 5 && hosts.every(({ state }) => state === 'live');
  };
  await eventually('every host is live', live, CREATE_BOUND_MS);
  const accepted = await platform.api<InstanceAccepted>('POST', '/v1/instances', { name, edition: 'ha' });
  const { id } = accepted.instance;
  const view = await eventually(
    `instance ${id} is available`,
    async () => {
      const seen = await platform.api<InstanceView>('GET', `/v1/instances/${id}`);
      return seen.status === 'available' && seen;
    },
    CREATE_BOUND_MS,
  );
  const control = await ControlLink.open(platform, id);
  const instance = new TestInstance(platform, id, accepted.credentials.password, control, view);
  await instance.becomesWhole(CREATE_BOUND_MS);
  noteSecrets(instance);
  return instance;
}

/** What no log and no event of the run may show. */
function noteSecrets(instance: TestInstance): void {
  const { dataDir } = instance.platform.place;
  noteSecret(dataDir, { name: `password of ${instance.id}`, value: instance.password });
  const sql = `SELECT rolpassword FROM pg_authid WHERE rolname = '${instance.login.user}'`;
  const verifier = asAgent(instance, instance.roles.primary.nodeId, sql);
  if (!verifier.startsWith('SCRAM-SHA-256$')) throw new Error(`no verifier of ${instance.login.user}`);
  noteSecret(dataDir, { name: `verifier of ${instance.id}`, value: verifier });
}
