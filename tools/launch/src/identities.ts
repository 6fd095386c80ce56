import { readFileSync } from 'node:fs';
import { hashToken, InitialToken, newToken } from '@tandem/platform';
import { ensureAuthority, issueCertificate } from './certificates';
import { Paths, pathsOf } from './layout';
import { writeOwnedOnce } from './owned-files';
import { Settings } from './settings';

/** Makes what a new installation proves itself with: the API's tokens, the CA and a certificate for each host. */
export function makeIdentities(settings: Settings, hosts: readonly { id: string; address: string }[]): void {
  const { user } = settings;
  const paths = pathsOf(settings.dataDir);
  makeTokens(paths, user);
  ensureAuthority(paths.pki, user);
  for (const { id, address } of hosts) {
    const request = { pki: paths.pki, into: `${paths.host(id)}/pki`, file: 'host', commonName: id, user };
    issueCertificate({ ...request, addresses: [address, '127.0.0.1', 'localhost'] });
  }
}

/** One token for each role; the gateway learns their hashes only. */
export function makeTokens(paths: Paths, user: Settings['user']): void {
  const files: Record<InitialToken['role'], string> = {
    admin: paths.apiToken,
    operator: paths.apiTokenOf('operator'),
    viewer: paths.apiTokenOf('viewer'),
  };
  for (const file of Object.values(files)) {
    writeOwnedOnce(file, () => `${newToken().reveal()}\n`, { mode: 0o600, user });
  }
  const describe = ([role, file]: [string, string]): InitialToken => ({
    id: `tok-${role}`,
    name: role,
    role: role as InitialToken['role'],
    hash: hashToken(readFileSync(file, 'utf8').trim()),
  });
  const list = (): string => JSON.stringify(Object.entries(files).map(describe), null, 2);
  writeOwnedOnce(paths.apiTokens, () => `${list()}\n`, { mode: 0o600, user });
}
