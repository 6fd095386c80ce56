import { chmod, chown, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { currentUser } from './os-user';

export interface WriteOptions {
  /** Permission bits; default 0600. */
  mode?: number;
  /** Whom the file is to belong to; takes effect only when this process is root. */
  owner?: { uid: number; gid: number };
}

/** Makes entries that were created, renamed or removed in `directory` survive a power loss. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

let sequence = 0;

async function replaceFile(path: string, data: string | Buffer, options: WriteOptions, durable: boolean) {
  const temporary = `${path}.${process.pid}.${sequence++}.new`;
  const handle = await open(temporary, 'w', options.mode ?? 0o600);
  try {
    await handle.chmod(options.mode ?? 0o600);
    if (options.owner && currentUser().uid === 0) await handle.chown(options.owner.uid, options.owner.gid);
    await handle.writeFile(data);
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  if (durable) await syncDirectory(dirname(path));
}

/**
 * Replaces a file so that a reader, also one after a power loss, finds either the old or the new content, and the new
 * one once this has returned (R1: persisted means file and directory are fsynced).
 */
export async function durableWrite(path: string, data: string | Buffer, options: WriteOptions = {}): Promise<void> {
  await replaceFile(path, data, options, true);
}

/** Replaces a file in one step without waiting for the disk: for what a restart writes anew anyway. */
export async function atomicWrite(path: string, data: string | Buffer, options: WriteOptions = {}): Promise<void> {
  await replaceFile(path, data, options, false);
}

/** The content of a file, or undefined when there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removes a file durably; absent already is success, also where its directory was never made. */
export async function durableRemove(path: string): Promise<void> {
  const unlessAbsent = (error: unknown): void => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  };
  await unlink(path).catch(unlessAbsent);
  await syncDirectory(dirname(path)).catch(unlessAbsent);
}

/** Creates a directory; it and those of its parents that had to be made get mode and owner (a server must get in). */
export async function ensureDirectory(path: string, options: WriteOptions = {}): Promise<void> {
  const mode = options.mode ?? 0o700;
  const first = (await mkdir(path, { recursive: true, mode })) ?? path;
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    await chmod(made, mode);
    if (options.owner && currentUser().uid === 0) await chown(made, options.owner.uid, options.owner.gid);
  }
}
