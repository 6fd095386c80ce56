import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { allEvents, defineEvent } from '@tandem/contracts';
import { EventRegistry } from './event-registry';
import type { StoredEvent } from './stored-event';

const directory = join(__dirname, '..', 'examples');
const stored = readdirSync(directory).map((file) => {
  const [, type, version] = /^([A-Za-z]+)\.v([1-9]\d*)\.json$/.exec(file) ?? [];
  return { file, type, schemaVersion: Number(version), data: JSON.parse(readFileSync(join(directory, file), 'utf8')) };
});
const event = (type: string, schemaVersion: number, data: unknown): StoredEvent => ({
  position: 1,
  id: 'e',
  stream: 'instance:pg-aaaaaaaa',
  version: 1,
  type,
  schemaVersion,
  data,
  meta: { actor: 'test' },
  at: '2026-01-01T00:00:00.000Z',
});

describe('stored events of every version', () => {
  const registry = new EventRegistry(allEvents);

  it('have an example of each version of each event, and of no other', () => {
    const wanted = allEvents.flatMap(({ type, schemaVersion }) =>
      Array.from({ length: schemaVersion }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(stored.map(({ file }) => file).sort()).toEqual(wanted.sort());
  });

  it.each(stored)('$file is what $type means today', ({ type, schemaVersion, data }) => {
    const definition = allEvents.find((each) => each.type === type)!;
    const current = registry.current(event(type, schemaVersion, data));
    expect(current.schemaVersion).toBe(definition.schemaVersion);
    expect(definition.data.safeParse(current.data).error?.issues).toBeUndefined();
    // Nothing that was written is lost, unless an upcast took it out.
    if (schemaVersion === definition.schemaVersion) expect(definition.data.parse(data)).toEqual(data);
  });

  const ofInstances = stored.filter(({ type }) => {
    const { category } = allEvents.find((each) => each.type === type)!;
    // Tokens and dead letters belong to the installation.
    return category !== 'access' && category !== 'alert';
  });
  it.each(ofInstances)('$file tells which instance it is about, by which the log is searched', ({ data }) => {
    const { instanceId, record } = data as { instanceId?: string; record?: { instanceId: string } };
    expect(instanceId ?? record?.instanceId).toMatch(/^pg-/);
  });
});

describe('upcasting', () => {
  const Moved = defineEvent({
    type: 'Moved',
    schemaVersion: 3,
    category: 'instance',
    summary: 'A test.',
    data: z.object({ from: z.string(), to: z.string(), because: z.string() }),
    upcasts: [
      ({ target, ...rest }) => ({ ...rest, to: target }),
      (data) => ({ ...data, because: 'not told before version 3' }),
    ],
  });
  const registry = new EventRegistry([Moved]);

  it('goes from any version to the newest, one step at a time', () => {
    const newest = { from: 'a', to: 'b', because: 'not told before version 3' };
    expect(registry.current(event('Moved', 1, { from: 'a', target: 'b' }))).toMatchObject({
      schemaVersion: 3,
      data: newest,
    });
    expect(registry.current(event('Moved', 2, { from: 'a', to: 'b' })).data).toEqual(newest);
  });

  it('leaves alone what is of the newest version, of a newer one, or unknown', () => {
    const data = { from: 'a' };
    expect([3, 4].map((version) => registry.current(event('Moved', version, data)))).toMatchObject([
      { schemaVersion: 3, data },
      { schemaVersion: 4, data },
    ]);
    expect(registry.current(event('Unheard', 1, data)).data).toBe(data);
  });

  it('refuses a definition that leaves an earlier version without a way to the newest', () => {
    expect(() => new EventRegistry([{ ...Moved, upcasts: [(data) => data] }])).toThrow(/from 1 earlier versions/);
  });
});
