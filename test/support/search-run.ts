import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventPage } from '@tandem/contracts';
import { filesBelow, knownSecrets } from './known-secrets';
import { findLeaks, Leak } from './leaks';
import { Platform } from './platform';

/** What a whole run has left for others to read: logs, events and process titles. */
export interface SearchedRun {
  readonly secrets: number;
  readonly logs: number;
  readonly events: number;
  readonly leaks: readonly Leak[];
}

/** Searches it for every known secret; the platform must be up. */
export async function searchRun(platform: Platform): Promise<SearchedRun> {
  const { dataDir } = platform.place;
  const secrets = knownSecrets(dataDir);
  const logs = [platform.paths.logs, platform.paths.hosts, platform.paths.control]
    .flatMap(filesBelow)
    .filter((path) => /\.log(\.\d+)?$/.test(path));
  // Every message of NATS, events and records among them, as the server keeps it.
  const messages = filesBelow(join(platform.paths.nats, 'jetstream'));
  const leaks = [...logs, ...messages].flatMap((path) => findLeaks(secrets, readFileSync(path), path));
  let events = 0;
  for (let after = 0; ;) {
    const page = await platform.api<EventPage>('GET', `/v1/events?limit=1000&after=${after}`);
    for (const event of page.events)
      leaks.push(...findLeaks(secrets, JSON.stringify(event), `event ${event.position}`));
    events += page.events.length;
    if (page.next === after) break;
    after = page.next;
  }
  leaks.push(...findLeaks(secrets, processTitles(), 'a process title'));
  return { secrets: secrets.length, logs: logs.length, events, leaks };
}

function processTitles(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => titleOf(pid)).join('\n');
}

function titleOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
