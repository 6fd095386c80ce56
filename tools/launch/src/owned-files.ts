import { chownSync, closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { OsUser } from './settings';

/** Writes a file whole or not at all, owned by the unprivileged user. */
export function writeOwned(path: string, content: string, options: { mode: number; user: OsUser }): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', options.mode);
  writeSync(file, content);
  fsyncSync(file);
  closeSync(file);
  if (process.getuid?.() === 0) chownSync(draft, options.user.uid, options.user.gid);
  renameSync(draft, path);
}

/** As writeOwned, unless the file is there already. */
export function writeOwnedOnce(path: string, make: () => string, options: { mode: number; user: OsUser }): void {
  if (!existsSync(path)) writeOwned(path, make(), options);
}

/** A password or token with 192 random bits that needs no quoting anywhere. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
