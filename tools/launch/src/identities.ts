import { newToken } from '@tandem/platform';
import { ensureAuthority, issueCertificate } from './certificates';
import { pathsOf } from './layout';
import { writeOwnedOnce } from './owned-files';
import { Settings } from './settings';

/** Makes what a new installation proves itself with: the API's token, the CA and a certificate for each host. */
export function makeIdentities(settings: Settings, hosts: readonly { id: string; address: string }[]): void {
  const { user } = settings;
  const paths = pathsOf(settings.dataDir);
  writeOwnedOnce(paths.apiToken, () => `${newToken().reveal()}\n`, { mode: 0o600, user });
  ensureAuthority(paths.pki, user);
  for (const { id, address } of hosts) {
    const request = { pki: paths.pki, into: `${paths.host(id)}/pki`, file: 'host', commonName: id, user };
    issueCertificate({ ...request, addresses: [address, '127.0.0.1', 'localhost'] });
  }
}
