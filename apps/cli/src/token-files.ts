import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Puts the new secret into each file of this machine's platform that holds the one with the fingerprint, so that the
 * CLI and the launcher go on; names the files. A machine without such files, or without the right to them, has none.
 */
export function rewriteTokenFiles(dataDirectory: string, fingerprint: string, secret: string): string[] {
  return tokenFiles(join(dataDirectory, 'secrets')).filter((path) => {
    const hash = createHash('sha256').update(readFileSync(path, 'utf8').trim()).digest('hex');
    // As the API has it: the beginning of the hash.
    if (!hash.startsWith(fingerprint)) return false;
    replace(path, `${secret}\n`);
    return true;
  });
}

function tokenFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^api-token(-[a-z]+)?$/.test(name))
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** Whole or not at all, with the owner and the mode that it had. */
function replace(path: string, content: string): void {
  const { mode, uid, gid } = statSync(path);
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', mode & 0o777);
  writeSync(file, content);
  fsyncSync(file);
  closeSync(file);
  if (process.getuid?.() === 0) chownSync(draft, uid, gid);
  renameSync(draft, path);
}
