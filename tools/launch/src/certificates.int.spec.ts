import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ensureAuthority, issueCertificate } from './certificates';

describe('the certificates of the platform', () => {
  const top = mkdtempSync('/tmp/tandem-launch-pk i-');
  const pki = join(top, 'pki');
  const into = join(top, 'host');
  const { username, uid, gid } = userInfo();
  const user = { name: username, uid, gid };
  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
  const issue = () =>
    issueCertificate({ pki, into, file: 'host', commonName: 'host-a1', addresses: ['127.0.1.11', 'localhost'], user });

  beforeAll(() => {
    execFileSync('mkdir', [pki]);
    ensureAuthority(pki, user);
    issue();
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  it('are signed by the own CA, for both directions, with the name of the host and its addresses', () => {
    for (const purpose of ['sslserver', 'sslclient']) {
      const check = ['verify', '-CAfile', join(into, 'ca.crt'), '-purpose', purpose, join(into, 'host.crt')];
      expect(openssl(...check)).toContain('OK');
    }
    const text = openssl('x509', '-in', join(into, 'host.crt'), '-noout', '-text');
    expect(text).toMatch(/Subject: CN = host-a1\n/);
    expect(text).toContain('IP Address:127.0.1.11, DNS:localhost');
    expect(text).toContain('prime256v1');
  });

  it('have keys that nobody else reads, and stay as they are at the next start', () => {
    for (const key of [join(pki, 'ca.key'), join(into, 'host.key')]) expect(statSync(key).mode & 0o777).toBe(0o600);
    const before = readFileSync(join(into, 'host.crt'), 'utf8');
    ensureAuthority(pki, user);
    issue();
    expect(readFileSync(join(into, 'host.crt'), 'utf8')).toBe(before);
  });
});
