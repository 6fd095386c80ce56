import { chmodSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeVariables } from './current-platform';
import { startPlatform, stopPlatform } from './platform';

const DEFAULT_PORT_BASE = 17_000;

/**
 * One platform for all fault files of a run. TANDEM_TEST_PLATFORM names the data directory of one that runs already
 * and outlives the run; TANDEM_TEST_PORT_BASE moves the ports of a platform of our own.
 */
export default async function setUp(): Promise<void> {
  const given = process.env['TANDEM_TEST_PLATFORM'];
  if (given) {
    const { portBase } = JSON.parse(readFileSync(join(given, 'run/platform.json'), 'utf8')) as { portBase: number };
    return tell({ dataDir: given, portBase });
  }
  const dataDir = mkdtempSync(join(realpathSync(tmpdir()), 'tandem-faults-'));
  // The services run as another user and have to pass through.
  chmodSync(dataDir, 0o755);
  const place = { dataDir, portBase: Number(process.env['TANDEM_TEST_PORT_BASE'] ?? DEFAULT_PORT_BASE) };
  tell(place);
  try {
    await startPlatform(place);
  } catch (error) {
    // Jest calls no teardown after a set-up that failed.
    await stopPlatform(place).catch(() => undefined);
    throw error;
  }
}

function tell({ dataDir, portBase }: { dataDir: string; portBase: number }): void {
  process.env[placeVariables.dataDir] = dataDir;
  process.env[placeVariables.portBase] = String(portBase);
}
