import { hosts, services } from '@tandem/launch';
import { pauseAgent, pauseService, pauseStore } from '../support/pauses';
import { TestInstance } from '../support/test-instance';
import { FaultKind, Strike, Target } from './plan';

type Place = { nodeId?: string; hostId?: string; service?: string };
export type Struck = Strike & {
  /** What the target was in the moment of the strike. */
  readonly place: Place;
  readonly atMs: number;
  /** When the fault was there, by the monotonic clock of this process; undefined: refused. */
  readonly doneMs?: number;
  readonly refused?: string;
  /** The moment did not come within its bound: struck all the same. */
  readonly late?: true;
};

const ENDPOINT_HOST = hosts.find(({ roles }) => (roles as readonly string[]).includes('endpoint'))!.id;

/** What ends a fault by its verb of the launcher. */
const ends: Partial<Record<FaultKind, string>> = {
  'kill-host': 'start-host',
  'freeze-host': 'thaw-host',
  'store-down': 'store-up',
  'control-down': 'control-up',
  'service-down': 'service-up',
};

export function placeOf(instance: TestInstance, { target, service }: Strike): Place {
  if (service) return { service };
  return target === undefined ? {} : whereIs(instance, target);
}

const whereIs = (instance: TestInstance, target: Target): Place =>
  target === 'endpoint' ? { hostId: ENDPOINT_HOST } : instance.roles[target];

/** Makes a fault; resolves with what ends it. Throws when it is refused, such as for a host that is down already. */
export async function inflict(instance: TestInstance, strike: Strike, place: Place): Promise<() => Promise<unknown>> {
  const { platform } = instance;
  if (strike.kind === 'pause-store') return ending(await pauseStore(platform));
  if (strike.kind === 'pause-agent') return ending(pauseAgent(platform, place.hostId!));
  if (strike.kind === 'pause-service') return ending(await pauseService(platform, place.service!));
  if (strike.kind === 'switchover') {
    await platform.api('POST', `/v1/instances/${instance.id}/switchover`, {});
    return () => Promise.resolve();
  }
  await platform.drill(strike.kind, place);
  const end = ends[strike.kind];
  return () => (end ? platform.drill(end, place) : Promise.resolve());
}

/** The process may have been killed while it was stopped. */
function ending(resume: () => void): () => Promise<void> {
  return () => {
    try {
      resume();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') return Promise.reject(error as Error);
    }
    return Promise.resolve();
  };
}

/** Brings everything back, whatever is away: one fault may have ended or hidden another. */
export async function bringBack({ platform }: TestInstance): Promise<void> {
  const status = (await platform.drill('status')) as { hosts: { hostId: string; state: string }[] };
  for (const { hostId, state } of status.hosts) {
    if (state === 'frozen') await platform.drill('thaw-host', { hostId });
    if (state === 'down') await platform.drill('start-host', { hostId });
  }
  await platform.drill('store-up');
  await platform.drill('control-up');
  for (const service of services) await platform.drill('service-up', { service });
}
