import { readFileSync } from 'node:fs';
import { isAlive, ProcessIdentity } from '@tandem/simhost';
import { writeOwned } from './owned-files';
import { OsUser } from './settings';

/** What <data>/run/platform.json holds: everything that was started, so that a later run can adopt or end it. */
export interface PlatformState {
  portBase: number;
  launcher: ProcessIdentity | null;
  /** By name: `nats`, `control-database` and the services. */
  processes: Record<string, ProcessIdentity>;
  /** Hosts that a drill has killed stay dead until `start-host`. */
  hostsDown: string[];
}

/** The state of the last run; an unreadable file counts as none. */
export function readPlatformState(path: string): PlatformState | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PlatformState;
  } catch {
    return null;
  }
}

/** Keeps platform.json equal to what runs. */
export class ProcessRegistry {
  constructor(
    private readonly path: string,
    private readonly user: OsUser,
    readonly state: PlatformState,
  ) {}

  /** Records a process, or with null that it has ended. */
  set(name: string, identity: ProcessIdentity | null): void {
    if (identity === null) delete this.state.processes[name];
    else this.state.processes[name] = identity;
    this.save();
  }

  save(): void {
    writeOwned(this.path, `${JSON.stringify(this.state, null, 2)}\n`, { mode: 0o644, user: this.user });
  }
}

/** Those of the recorded processes that still live, each exactly the one that was recorded. */
export function livingProcesses(state: PlatformState): [string, ProcessIdentity][] {
  return Object.entries(state.processes).filter(([, identity]) => isAlive(identity));
}
