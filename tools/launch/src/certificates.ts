import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Permanent } from '@tandem/platform';
import { OsUser } from './settings';

export interface CertificateRequest {
  /** Directory of the CA (ca.crt, ca.key). */
  pki: string;
  /** Directory that receives <file>.crt, <file>.key and ca.crt. */
  into: string;
  file: string;
  /** CN of the subject: what PostgreSQL's `cert` authentication maps to a role. */
  commonName: string;
  addresses: string[];
  user: OsUser;
}

/** Ten years: the embedded platform has no rotation yet, and its CA signs nothing but its own hosts. */
const DAYS = '3650';

/** The platform's own CA (ECDSA P-256), made once. */
export function ensureAuthority(pki: string, user: OsUser): void {
  if (existsSync(join(pki, 'ca.crt'))) return;
  inDraft(pki, (draft) => {
    newKey(draft, 'ca.key');
    const subject = ['-subj', '/CN=Tandem CA', '-days', DAYS];
    const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
    openssl(draft, [
      ...['req', '-x509', '-new', '-key', 'ca.key', '-sha256', ...subject, '-out', 'ca.crt'],
      ...extensions.flatMap((extension) => ['-addext', extension]),
    ]);
  });
  handOver(pki, ['ca.key', 'ca.crt'], user);
}

/** Makes a key and a certificate for both directions (server and client), unless they are there. */
export function issueCertificate(request: CertificateRequest): void {
  const { pki, into, file, commonName, addresses, user } = request;
  if (existsSync(join(into, `${file}.crt`))) return;
  mkdirSync(into, { recursive: true, mode: 0o700 });
  const names = addresses.map((address) => (/^[\d.]+$/.test(address) ? `IP:${address}` : `DNS:${address}`));
  inDraft(into, (draft) => {
    newKey(draft, `${file}.key`);
    openssl(draft, ['req', '-new', '-key', `${file}.key`, '-subj', `/CN=${commonName}`, '-out', 'request']);
    const extensions = [`subjectAltName=${names.join(',')}`, 'extendedKeyUsage=serverAuth,clientAuth'];
    writeFileSync(join(draft, 'extensions'), `${extensions.join('\n')}\n`);
    openssl(draft, [
      ...['x509', '-req', '-in', 'request', '-sha256', '-days', DAYS, '-extfile', 'extensions'],
      ...['-CA', join(pki, 'ca.crt'), '-CAkey', join(pki, 'ca.key')],
      // Random serials need no shared file, so certificates can be issued side by side.
      ...['-set_serial', `0x${randomSerial()}`, '-out', `${file}.crt`],
    ]);
    openssl(draft, ['x509', '-in', join(pki, 'ca.crt'), '-out', 'ca.crt']);
    rmSync(join(draft, 'request'));
    rmSync(join(draft, 'extensions'));
  });
  if (process.getuid?.() === 0) chownSync(into, user.uid, user.gid);
  handOver(into, [`${file}.key`, `${file}.crt`, 'ca.crt'], user);
}

function newKey(draft: string, name: string): void {
  openssl(draft, ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', name]);
}

function randomSerial(): string {
  return execFileSync('openssl', ['rand', '-hex', '15'], { encoding: 'utf8' }).trim();
}

/** Half a certificate must not be taken for one: all files appear by rename, the certificate last. */
function inDraft(dir: string, make: (draft: string) => void): void {
  const draft = mkdtempSync(join(dir, '.draft-'));
  try {
    make(draft);
    const files = readdirSync(draft).sort((a, b) => Number(a.endsWith('.crt')) - Number(b.endsWith('.crt')));
    files.forEach((file) => renameSync(join(draft, file), join(dir, file)));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function handOver(dir: string, files: string[], user: OsUser): void {
  for (const file of files) {
    const path = join(dir, file);
    // PostgreSQL refuses a key that others may read.
    chmodSync(path, file.endsWith('.key') ? 0o600 : 0o644);
    if (process.getuid?.() === 0) chownSync(path, user.uid, user.gid);
  }
}

function openssl(cwd: string, args: string[]): void {
  try {
    execFileSync('openssl', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (cause) {
    throw new Permanent('openssl-failed', `openssl ${args[0]} failed`, { cause });
  }
}
