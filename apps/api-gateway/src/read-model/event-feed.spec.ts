import type { EventView } from '@tandem/contracts';
import { concerns, EventFeed, RECENT_MAX } from './event-feed';

const event = (position: number, more: Partial<EventView> = {}): EventView => ({
  position,
  id: `id-${position}`,
  at: '',
  type: 'X',
  schemaVersion: 1,
  stream: 'instance:pg-aaaaaaaa',
  version: 1,
  data: {},
  meta: {},
  ...more,
});
const filled = (count: number): EventFeed => {
  const feed = new EventFeed();
  for (let position = 1; position <= count; position++) feed.append(event(position));
  return feed;
};
const positions = (events: EventView[] | null) => events?.map(({ position }) => position);

describe('EventFeed', () => {
  it('answers from memory as far back as that reaches, and says where it ends', () => {
    const feed = filled(RECENT_MAX + 2);
    expect(positions(feed.after(RECENT_MAX))).toEqual([RECENT_MAX + 1, RECENT_MAX + 2]);
    expect([feed.whole, filled(RECENT_MAX).whole]).toEqual([false, true]);
    expect(feed.after(2)).toBeNull();
    expect(feed.after(3)).toHaveLength(RECENT_MAX - 1);
    expect(feed.after(RECENT_MAX + 2)).toEqual([]);
  });

  it('gives the newest that fit, oldest first', () => {
    expect(positions(filled(9).newest(2, ({ position }) => position % 2 === 0))).toEqual([6, 8]);
  });

  it('wakes who waits at the next event, and at once who is behind already', async () => {
    const feed = filled(1);
    const { signal } = new AbortController();
    const waiting = feed.changed(1, 60_000, signal);
    feed.append(event(2));
    await waiting;
    await feed.changed(1, 60_000, signal);
  });

  it('lets go of who waits when the connection is closed', async () => {
    const end = new AbortController();
    const waiting = filled(1).changed(1, 60_000, end.signal);
    end.abort();
    await waiting;
  });
});

describe('concerns', () => {
  it.each([
    ['its stream', { stream: 'topology:pg-aaaaaaaa' }],
    ['its data', { stream: 'operation:op-1', data: { instanceId: 'pg-aaaaaaaa' } }],
    ['the record in its data', { stream: 'operation:op-1', data: { record: { instanceId: 'pg-aaaaaaaa' } } }],
  ])('knows an event of the instance by %s', (_, more) => {
    expect(concerns(event(1, more), 'pg-aaaaaaaa')).toBe(true);
    expect(concerns(event(1, more), 'pg-bbbbbbbb')).toBe(false);
  });
});
