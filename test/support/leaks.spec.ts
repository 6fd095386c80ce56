import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownSecrets, noteSecret } from './known-secrets';
import { findLeaks } from './leaks';

const value = 'pä"ss/word+of=somebody';
const secrets = [{ name: 'the password', value }];

describe('the search for secrets', () => {
  it.each([
    ['plain', `connecting with ${value} to it`],
    ['json', `{"password":${JSON.stringify(value)}}`],
    ['url', `postgresql://app:${encodeURIComponent(value)}@host/db`],
    ['base64', `authorization: Basic ${Buffer.from(value).toString('base64')}`],
    ['hex', Buffer.from(value).toString('hex')],
  ])('finds one that is written %s, and does not repeat it', (as, text) => {
    const leaks = findLeaks(secrets, text, 'a.log');
    expect(leaks).toHaveLength(1);
    expect(JSON.stringify(leaks)).not.toContain(value);
    expect(leaks[0]).toMatchObject({ secret: 'the password', where: 'a.log' });
    expect([as, 'plain']).toContain(leaks[0].as);
    expect(findLeaks(secrets, Buffer.from(text), 'a.log')).toEqual(leaks);
  });

  it('finds nothing where there is nothing', () => {
    expect(findLeaks(secrets, 'password=[redacted] SCRAM-SHA-256', 'a.log')).toEqual([]);
  });
});

describe('the known secrets of a platform', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tandem-secrets-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(join(dataDir, path, '..'), { recursive: true });
    writeFileSync(join(dataDir, path), text);
  };

  it('are tokens, keys, passwords, key material, and what tests were given', () => {
    put('secrets/api-token', 'the-token-of-the-api\n');
    put('secrets/key', 'the-key-of-the-secrets-table');
    put('secrets/nats-agent.json', JSON.stringify({ user: 'agent', pass: 'the-pass-of-an-agent' }));
    put('secrets/demo.json', JSON.stringify({ account: 'app', password: 'the-password-of-demo' }));
    put(
      'pki/ca.key',
      '-----BEGIN PRIVATE KEY-----\nMIIB-the-same-for-all\nthe-midst-of-a-key\nend\n-----END PRIVATE KEY-----\n',
    );
    put('hosts/host-a1/pki/host.key', '-----BEGIN-----\nmaterial-of-a-host\n-----END-----\n');
    noteSecret(dataDir, { name: 'verifier', value: 'SCRAM-SHA-256$4096:c2FsdHNhbHQ=$the-stored-key=:the-server-key=' });
    expect(
      knownSecrets(dataDir)
        .map(({ value: found }) => found)
        .sort(),
    ).toEqual([
      'material-of-a-host',
      'the-key-of-the-secrets-table',
      'the-midst-of-a-key',
      'the-pass-of-an-agent',
      'the-password-of-demo',
      'the-server-key=',
      'the-stored-key=',
      'the-token-of-the-api',
    ]);
  });
});
