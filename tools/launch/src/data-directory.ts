import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { Permanent } from '@tandem/platform';
import { pathsOf } from './layout';
import { hosts } from './services';
import { Settings } from './settings';

/** Longest path of a Unix socket on Linux, in bytes, without the closing zero. */
const SOCKET_PATH_MAX = 107;

/** Makes the directories of an installation. Throws Permanent that names what stands in the way and the way out. */
export function prepareDataDirectory(settings: Settings): void {
  const { dataDir, user } = settings;
  checkSocketLength(dataDir, settings.portBase);
  const paths = pathsOf(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  checkTraversable(dataDir, settings);
  for (const dir of [dataDir, paths.nats, paths.logs, paths.run, paths.hosts, paths.pki]) own(dir, 0o755, settings);
  own(paths.secrets, 0o700, settings);
  for (const { id } of hosts) own(paths.host(id), 0o700, settings);
  if (statSync(dataDir).uid !== user.uid) {
    throw new Permanent('data-not-owned', `${dataDir} belongs to another user: run as that user, or set TANDEM_DATA.`);
  }
}

/** Throws Permanent naming the first component of a path that the unprivileged user cannot pass. */
export function checkTraversable(path: string, { user, dropsToUser }: Pick<Settings, 'user' | 'dropsToUser'>): void {
  const blocked = firstBlocked(path, user);
  if (!dropsToUser || blocked === null) return;
  throw new Permanent(
    'path-not-traversable',
    `${path} cannot be used: user ${user.name}, whom PostgreSQL runs as, may not enter ${blocked}. ` +
      `Set TANDEM_DATA to a directory elsewhere, or run: chmod o+x '${blocked}'`,
  );
}

/** The first directory on the way to a path that this user may not enter, or null. Groups beside the own: not seen. */
export function firstBlocked(path: string, user: { uid: number; gid: number }): string | null {
  const parts: string[] = [];
  for (let at = path; at !== parse(at).root; at = dirname(at)) parts.unshift(at);
  for (const part of parts) {
    const { mode, uid, gid } = statSync(part);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return part;
  }
  return null;
}

function checkSocketLength(dataDir: string, portBase: number): void {
  const longest = [
    join(pathsOf(dataDir).host('host-a1'), 's', `.s.PGSQL.${portBase + 699}`),
    join(pathsOf(dataDir).host('host-e1'), 'endpoints', 'pg-xxxxxxxx', 's', `.s.PGSQL.${portBase + 399}`),
  ].reduce((a, b) => (Buffer.byteLength(a) >= Buffer.byteLength(b) ? a : b));
  const excess = Buffer.byteLength(longest) - SOCKET_PATH_MAX;
  if (excess <= 0) return;
  throw new Permanent(
    'path-too-long',
    `${dataDir} is ${excess} bytes too long: Unix sockets below it may have ${SOCKET_PATH_MAX} bytes in all. ` +
      'Set TANDEM_DATA to a shorter path.',
  );
}

function own(dir: string, mode: number, { user, dropsToUser }: Settings): void {
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true });
  if (statSync(dir).uid !== user.uid && dropsToUser) chownSync(dir, user.uid, user.gid);
  if (statSync(dir).uid === user.uid) chmodSync(dir, mode);
}
