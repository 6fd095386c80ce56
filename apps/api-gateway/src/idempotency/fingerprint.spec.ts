import { fingerprint } from './fingerprint';

const request = { method: 'POST', url: '/v1/instances', headers: {}, body: { name: 'a', tags: { x: '1', y: '2' } } };
const print = (more: Partial<typeof request> | { body: unknown; headers: object }) =>
  fingerprint({ ...request, ...more });

describe('fingerprint', () => {
  it('is the same whatever the order of the fields', () => {
    expect(print({ body: { tags: { y: '2', x: '1' }, name: 'a' } })).toBe(print({}));
  });

  it.each([
    ['method', { method: 'PATCH' }],
    ['path or query', { url: '/v1/instances?x' }],
    ['precondition', { headers: { 'if-match': '"r1"' } }],
    ['value', { body: { name: 'b' } }],
    ['list', { body: ['name', 'a'] }],
    ['missing body', { body: undefined }],
  ])('is another one for another %s', (_, more) => {
    expect(print(more as never)).not.toBe(print({}));
  });

  it('does not take a list of pairs for an object', () => {
    expect(print({ body: [['name', 'a']] } as never)).not.toBe(print({ body: { name: 'a' } } as never));
  });
});
