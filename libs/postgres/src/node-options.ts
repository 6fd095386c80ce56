import { join } from 'node:path';
import { serverUser, type OsUser } from '@tandem/host';

export type PostgresRole = `tandem_${string}`;

/** What is fixed for the life of one data directory. */
export interface PostgresNodeOptions {
  nodeId: string;
  /** Everything of the node lies below it; PGDATA is `<dir>/data`. */
  dir: string;
  socketDir: string;
  /** The only address that the server listens on. */
  address: string;
  port: number;
  /** Directory of postgres, initdb, pg_basebackup, pg_rewind, pg_controldata and pg_waldump. */
  pgBin: string;
  pki: { caFile: string; certFile: string; keyFile: string };
  /** The user that the server runs as when this process is root; default postgres. */
  osUser?: string;
}

/** A node elsewhere that this one clones, follows or rewinds from. */
export interface Source {
  host: string;
  port: number;
}

export interface NodeContext extends PostgresNodeOptions {
  user: OsUser;
  paths: ReturnType<typeof nodePaths>;
}

function nodePaths(dir: string) {
  const conf = join(dir, 'conf');
  return {
    data: join(dir, 'data'),
    /** A copy in the making; becomes `data` by one rename. */
    newData: join(dir, 'data.new'),
    /** Working directory of the tools, so that what a dead agent left running can be found and ended. */
    work: join(dir, 'work'),
    log: join(dir, 'log'),
    logFile: join(dir, 'log', 'postgresql.log'),
    walKept: join(dir, 'wal-kept'),
    rewinding: join(dir, 'rewinding'),
    postmaster: join(dir, 'postmaster.json'),
    conf,
    mainConf: join(conf, 'postgresql.conf'),
    parametersConf: join(conf, 'parameters.conf'),
    namesConf: join(conf, 'names.conf'),
    replicationConf: join(conf, 'replication.conf'),
    generationConf: join(conf, 'generation.conf'),
    hba: join(conf, 'hba.conf'),
    ident: join(conf, 'ident.conf'),
  };
}

export function nodeContext(options: PostgresNodeOptions): NodeContext {
  return { ...options, user: serverUser(options.osUser), paths: nodePaths(options.dir) };
}
