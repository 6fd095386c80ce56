import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { Permanent } from '@tandem/platform';

/** Who the services, NATS, PostgreSQL and the hosts run as. */
export interface OsUser {
  name: string;
  uid: number;
  gid: number;
}

/** What one installation on this machine is made with. */
export interface Settings {
  /** Absolute path of the data directory. */
  dataDir: string;
  portBase: number;
  user: OsUser;
  /** True as root: what is started drops to `user`. */
  dropsToUser: boolean;
  /** The clone that the services are started from. */
  codeDir: string;
  /** Directory of PostgreSQL's programs. */
  pgBin: string;
  createsDemo: boolean;
}

/** The default of `npm start` and `npm stop`: /var/lib/tandem as root, else ~/.local/share/tandem. */
export function defaultDataDir(): string {
  return process.getuid?.() === 0 ? '/var/lib/tandem' : join(homedir(), '.local/share/tandem');
}

/** Reads the environment. Throws Permanent with what to change. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const portBase = Number(env['TANDEM_PORT_BASE'] ?? 7400);
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 64_000) {
    throw new Permanent('setting-invalid', 'TANDEM_PORT_BASE must be a whole number from 1024 to 64000.');
  }
  const dropsToUser = process.getuid?.() === 0;
  return {
    dataDir: resolve(env['TANDEM_DATA'] || defaultDataDir()),
    portBase,
    user: dropsToUser ? lookUp(env['TANDEM_USER'] ?? 'postgres') : self(),
    dropsToUser,
    codeDir: resolve(env['TANDEM_CODE'] ?? join(__dirname, '..', '..', '..')),
    pgBin: env['TANDEM_PG_BIN'] ?? newestPgBin(),
    createsDemo: env['TANDEM_NO_DEMO'] !== '1',
  };
}

function self(): OsUser {
  const { username, uid, gid } = userInfo();
  return { name: username, uid, gid };
}

function lookUp(name: string): OsUser {
  try {
    const [, , uid, gid] = execFileSync('getent', ['passwd', name], { encoding: 'utf8' }).split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  } catch (cause) {
    throw new Permanent('user-missing', `There is no user ${name} to drop to: set TANDEM_USER to one.`, { cause });
  }
}

/** PostgreSQL 15 is what everything is proven with; a newer one serves where it is the only one. */
function newestPgBin(): string {
  const root = '/usr/lib/postgresql';
  const proven = join(root, '15/bin');
  if (existsSync(join(proven, 'postgres')) || !existsSync(root)) return proven;
  const versions = readdirSync(root).map(Number).filter((version) => version > 15); // prettier-ignore
  return versions.length === 0 ? proven : join(root, String(Math.max(...versions)), 'bin');
}
