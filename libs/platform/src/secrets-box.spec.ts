import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf, hashToken, newToken, parseInitialTokens } from './api-token';
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
  it('are told apart by the beginning of their hash, which does not tell them', () => {
    const token = newToken().reveal();
    expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken(`${token}x`)).not.toBe(hashToken(token));
    expect(hashToken(token)).toContain(fingerprintOf(hashToken(token)));
    expect(token).not.toContain(fingerprintOf(hashToken(token)));
  });

  it.each(['', '{}', '[{"id":"tok-a","name":"a","role":"king","hash":"00"}]'])('are not read from %j', (text) => {
    expect(() => parseInitialTokens(text, '/the/file')).toThrow(/the\/file/);
  });
});
