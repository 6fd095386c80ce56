import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashToken, newToken, tokenMatches } from './api-token';
import { Permanent } from './errors';
import { Secret } from './secret';
import { SecretsBox } from './secrets-box';

describe('SecretsBox', () => {
  let dir: string;
  beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'tandem-platform-'))));
  afterAll(() => rm(dir, { recursive: true }));

  it('opens what it sealed, under the id that it was sealed for only', async () => {
    const box = await SecretsBox.open(join(dir, 'key'));
    const sealed = box.seal('a', new Secret('verifier'));
    expect(sealed.toString('latin1')).not.toContain('verifier');
    expect(box.open('a', sealed).reveal()).toBe('verifier');
    expect(() => box.open('b', sealed)).toThrow(Permanent);
    sealed[sealed.length - 1]! ^= 1;
    expect(() => box.open('a', sealed)).toThrow(Permanent);
  });

  it('makes one key for all processes that ask at once, readable by the owner only', async () => {
    const path = join(dir, 'raced');
    const boxes = await Promise.all([1, 2, 3, 4].map(() => SecretsBox.open(path)));
    const sealed = boxes[0]!.seal('x', new Secret('one key'));
    for (const box of boxes) expect(box.open('x', sealed).reveal()).toBe('one key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe('API tokens', () => {
  it('match their stored hash and no other', () => {
    const token = newToken().reveal();
    expect(tokenMatches(token, hashToken(token))).toBe(true);
    expect(tokenMatches(`${token}x`, hashToken(token))).toBe(false);
    expect(tokenMatches(token, '')).toBe(false);
  });
});
