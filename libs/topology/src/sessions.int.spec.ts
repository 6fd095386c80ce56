import { setTimeout as delay } from 'node:timers/promises';
import { HostSession } from '@tandem/contracts';
import { timings } from '@tandem/protocol';
import { eventually } from '@tandem/testkit';
import { SessionHolder } from './session-holder';
import { HostVerdict } from './session-judge';
import { SessionObserver } from './session-observer';
import { NatsStage } from './test/nats-stage';

jest.setTimeout(30_000);

let stage: NatsStage;
const running: { stop(): Promise<void> }[] = [];
beforeAll(async () => void (stage = await NatsStage.on(21931)));
afterEach(async () => {
  await Promise.all(running.splice(0).map((part) => part.stop()));
  await stage.clear();
});
afterAll(() => stage.dispose());

const sessionOf = (hostId: string): Omit<HostSession, 'beat'> => ({
  hostId,
  zone: 'zone-a',
  roles: ['database'],
  address: '127.0.1.11',
  bootId: 'boot',
  agentPid: process.pid,
});

async function hold(hostId: string, onRenewed?: () => void): Promise<SessionHolder> {
  const bus = await stage.bus();
  await stage.store(bus);
  const holder = new SessionHolder({ nc: bus.nc, session: sessionOf(hostId), onRenewed });
  holder.start();
  running.push(holder);
  return holder;
}

/** An observer and everything it ever said of one host. */
async function observe(hostId: string): Promise<{ observer: SessionObserver; said: HostVerdict[] }> {
  const said: HostVerdict[] = [];
  const observer = new SessionObserver((await stage.bus()).nc, (verdicts) => {
    const verdict = verdicts.get(hostId);
    if (verdict) said.push(verdict);
  });
  observer.start();
  running.push(observer);
  return { observer, said };
}

it('sees a living host, suspects it after its end not before the suspect time, and believes its return', async () => {
  const holder = await hold('host-end');
  const { observer, said } = await observe('host-end');
  await eventually('the host lives', () => observer.verdict('host-end').silent === 'no');
  await holder.stop();
  const ended = performance.now();
  await eventually('it is suspected', () => observer.verdict('host-end').silent === 'yes', 4000);
  // The last renewal may be one beat older than the end.
  expect(performance.now() - ended).toBeGreaterThan(timings.suspect - timings.sessionRenew - 50);
  expect(said.at(-1)?.session).toMatchObject({ hostId: 'host-end', zone: 'zone-a' });
  await hold('host-end');
  await eventually('it is back', () => observer.verdict('host-end').silent === 'no');
});

it('suspects nobody for a store that froze or went away for longer than the suspect time', async () => {
  await hold('host-store');
  const { observer, said } = await observe('host-store');
  await eventually('the host lives', () => observer.verdict('host-store').silent === 'no');
  await stage.freeze();
  try {
    await eventually('the store is silent', () => observer.verdict('host-store').silent === 'unknown');
    // The wait is the fault itself: a freeze that lasts longer than the suspect time.
    await delay(timings.suspect + 500);
  } finally {
    stage.thaw();
  }
  await eventually('the host is seen alive again', () => observer.verdict('host-store').silent === 'no');
  await stage.nats.stop('at-once');
  await eventually('the store is gone', () => observer.verdict('host-store').silent === 'unknown');
  await delay(timings.suspect + 500);
  await stage.nats.start();
  await eventually('the host is seen alive again', () => observer.verdict('host-store').silent === 'no');
  expect(said.filter((verdict) => verdict.silent === 'yes')).toEqual([]);
});

it('tells the age of the last acknowledged renewal, which grows while the store is frozen (R6)', async () => {
  let renewals = 0;
  const holder = await hold('host-age', () => (renewals += 1));
  await eventually('it is renewed', () => renewals >= 3);
  expect(holder.lastAcknowledgedAgeMs()).toBeLessThan(timings.sessionRenew + timings.casTimeout);
  await stage.freeze();
  try {
    await eventually('the age grows beyond the suspect time', () => holder.lastAcknowledgedAgeMs() > timings.suspect);
  } finally {
    stage.thaw();
  }
  await eventually('it is renewed again', () => holder.lastAcknowledgedAgeMs() < timings.sessionRenew);
});
