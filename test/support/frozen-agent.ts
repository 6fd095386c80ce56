import { readFileSync } from 'node:fs';
import { commandLine, listProcesses } from '@tandem/simhost';

/** The agent's own process on a simulated host, told by what it was started with. */
function agentOf(hostId: string): number {
  const found = listProcesses().find(({ pid }) => {
    if (!commandLine(pid).includes('node-agent/dist/main.js')) return false;
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TANDEM_HOST_ID=${hostId}`);
  });
  if (!found) throw new Error(`no agent runs on ${hostId}`);
  return found.pid;
}

/** The agent alone stands still; PostgreSQL and the guard of its host go on. */
export const freezeAgent = (hostId: string): void => void process.kill(agentOf(hostId), 'SIGSTOP');
export const thawAgent = (hostId: string): void => void process.kill(agentOf(hostId), 'SIGCONT');
