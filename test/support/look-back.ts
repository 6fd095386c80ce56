import { checkReplay } from './check-replay';
import { keepData } from './keep-mark';
import { Platform } from './platform';
import { searchRun } from './search-run';

/**
 * What must hold whatever has happened: the log, replayed, equals the topology records, revision by revision (R11), and no
 * log, event or process title shows a secret. Returns what was looked at, and throws with what was found.
 */
export async function lookBack(platform: Platform): Promise<string> {
  try {
    const replayed = checkReplay(platform);
    const { secrets, logs, events, leaks } = await searchRun(platform);
    if (leaks.length > 0) throw new Error(`secrets have leaked: ${JSON.stringify(leaks.slice(0, 20), null, 1)}`);
    return `${replayed.trim()}\n${logs} logs and ${events} events searched for ${secrets} secrets: none found`;
  } catch (error) {
    keepData(platform.place.dataDir);
    throw error;
  }
}
