import { readdirSync, readFileSync } from 'node:fs';
import { Platform } from './platform';

/** Stops a process where it stands and gives the way to let it go on. */
function pause(pid: number): () => void {
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}

/** NATS takes what is sent to it into the kernel's buffers and works on it when it goes on: answers come too late. */
export function pauseStore(platform: Platform): Promise<() => void> {
  return pauseService(platform, 'nats');
}

/** A process that the launcher supervises; what it was about to send is sent late. */
export async function pauseService(platform: Platform, name: string): Promise<() => void> {
  const { processes } = (await platform.drill('status')) as { processes: Record<string, { pid: number | null }> };
  const pid = processes[name]?.pid;
  if (!pid) throw new Error(`${name} does not run`);
  return pause(pid);
}

/** The agent of one host alone; PostgreSQL goes on without it. */
export function pauseAgent(platform: Platform, hostId: string): () => void {
  const wanted = [`TANDEM_HOST_ID=${hostId}`, `TANDEM_DATA=${platform.place.dataDir}`];
  const agent = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const argv = contentOf(`/proc/${pid}/cmdline`).split('\0');
    if (!/\/node$/.test(argv[0]) || !argv[1]?.endsWith('node-agent/dist/main.js')) return false;
    const environment = contentOf(`/proc/${pid}/environ`).split('\0');
    return wanted.every((entry) => environment.includes(entry));
  });
  if (!agent) throw new Error(`no agent of ${hostId}`);
  return pause(Number(agent));
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
