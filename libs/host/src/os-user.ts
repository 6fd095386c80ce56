import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/** Numeric ids of a user of the operating system, with the name that PostgreSQL's peer authentication sees. */
export interface OsUser {
  name: string;
  uid: number;
  gid: number;
}

function parsePasswdLine(line: string): OsUser {
  const [name, , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** Looks a user up by name; directory services are asked (getent) when /etc/passwd does not know it. */
export function lookUpUser(name: string): OsUser {
  const local = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`));
  return parsePasswdLine(local ?? execFileSync('getent', ['passwd', name], { encoding: 'utf8' }).trim());
}

/** The user that this process runs as. */
export function currentUser(): OsUser {
  const { username, uid, gid } = userInfo();
  return { name: username, uid, gid };
}

/**
 * The user that servers run as: PostgreSQL and PgBouncer refuse root, so root drops to `name`; everybody else stays
 * who they are.
 */
export function serverUser(name = 'postgres'): OsUser {
  const self = currentUser();
  return self.uid === 0 ? lookUpUser(name) : self;
}
