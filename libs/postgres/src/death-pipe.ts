import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processesUsing, signal, waitUntil, type ProcessIdentity } from '@tandem/host';

/** What survives SIGKILL this long (ms) waits for its disk, and ends with its first step after that. */
const END_BOUND_MS = 1_000;
const WRITES = 0o3;

const pipeAt = (pid: number, fd: string): string | undefined => {
  const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
  return target.startsWith('pipe:') ? target : undefined;
};

function writes(pid: number, fd: string): boolean {
  const [, flags] = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? [];
  return (parseInt(flags ?? '0', 8) & WRITES) !== 0;
}

function holdsAny(pid: number, pipes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => pipes.has(pipeAt(pid, fd) ?? ''));
  } catch {
    return false; // Gone meanwhile.
  }
}

/**
 * The pipe by which the children of a postmaster learn of its death, kept open. Without that, a commit that waits for
 * the secondary gives its wait up in that moment and becomes visible, and a backend that runs a query can still show it
 * to a client: a row that a failover does not keep (seen in 3 of 10 deaths). With it nobody wakes up before the end.
 */
export class DeathPipe {
  private readonly pipes = new Set<string>();
  private readonly held: number[] = [];

  /** Holds nothing where the postmaster is gone, or belongs to a user that we may not look at. */
  constructor({ pid }: ProcessIdentity) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const pipe = pipeAt(pid, fd);
        if (!pipe || !writes(pid, fd)) continue;
        this.held.push(openSync(`/proc/${pid}/fd/${fd}`, 'w'));
        this.pipes.add(pipe);
      }
    } catch {
      this.release();
    }
  }

  /** Ends the children, known by the pipe: a postmaster that has been started since has another one. */
  async endChildren(directory: string): Promise<void> {
    const none = () => {
      const left = processesUsing(directory).filter((pid) => holdsAny(pid, this.pipes));
      left.forEach((pid) => signal(pid, 'SIGKILL'));
      return left.length === 0;
    };
    await waitUntil(none, { boundMs: END_BOUND_MS });
  }

  release(): void {
    this.held.splice(0).forEach((fd) => closeSync(fd));
  }
}
