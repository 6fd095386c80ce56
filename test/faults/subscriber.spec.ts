import { EventPage, EventView } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { currentPlatform } from '../support/current-platform';
import { PrintedSubscriber } from '../support/printed-subscriber';
import { createInstance, TestInstance } from '../support/test-instance';

const BOUND_MS = 240_000;
const HEAL_BOUND_MS = 60_000;

describe('a subscriber that knows nothing but what npm start printed', () => {
  const platform = currentPlatform();
  let subscriber: PrintedSubscriber;
  let instance: TestInstance;

  beforeAll(async () => {
    subscriber = PrintedSubscriber.start(platform);
    // The creation is what it hears first.
    instance = await createInstance(platform);
  }, BOUND_MS);
  afterAll(async () => {
    await subscriber?.stop();
    await instance?.delete();
  }, BOUND_MS);

  const line = ({ position, at, type, stream, data }: EventView): string =>
    `${position} ${at} tandem.${type} ${stream} ${JSON.stringify(data)}`;

  it(
    'hears of a failover what the API tells, in the same order',
    async () => {
      const from = await instance.position();
      const heard = () => subscriber.lines;
      const begun = await eventually('it has heard something', () => Number(heard()[0]?.split(' ')[0] ?? 0));
      await platform.drill('kill-postmaster', instance.roles.primary);
      await eventually(
        'the failover is told',
        async () => (await instance.eventsAfter(from)).some(({ type }) => type === 'NodeRejoined'),
        HEAL_BOUND_MS,
      );
      await instance.becomesWhole(HEAL_BOUND_MS);
      const { events } = await platform.api<EventPage>('GET', `/v1/events?limit=1000&after=${begun - 1}`);
      await eventually('it has heard the last one', () => heard().length >= events.length);
      expect(heard().slice(0, events.length)).toEqual(events.map(line));
      const types = events.filter(({ position }) => position > from).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['PrimaryHandedOver', 'SecondaryPromoted', 'FailoverCompleted']));
    },
    BOUND_MS,
  );
});
