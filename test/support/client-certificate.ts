import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectionOptions } from 'node:tls';
import { issueCertificate } from '@tandem/launch';
import { Platform } from './platform';

export type Tls = ConnectionOptions & { ca: string };

/** A client certificate of the platform's own CA: what PgBouncer shows to the raw ports. Without one: `serverOnly`. */
export function clientCertificate(platform: Platform, commonName = 'tandem-test'): { tls: Tls; serverOnly: Tls } {
  const into = mkdtempSync(join(tmpdir(), 'tandem-test-certificate-'));
  try {
    const user = { name: 'self', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    issueCertificate({ pki: platform.paths.pki, into, file: 'client', commonName, addresses: ['127.0.0.1'], user });
    const read = (file: string) => readFileSync(join(into, file), 'utf8');
    // The address of a raw port is in its certificate, but a ready-made socket has no name to check it against.
    const serverOnly = { ca: read('ca.crt'), checkServerIdentity: () => undefined };
    return { tls: { ...serverOnly, cert: read('client.crt'), key: read('client.key') }, serverOnly };
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}
