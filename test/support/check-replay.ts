import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Platform } from './platform';

const BOUND_MS = 60_000;

/** `npm run check:replay` on this platform. Throws with what it found. */
export function checkReplay({ place }: Platform): string {
  const file = join(__dirname, '..', '..', 'tools/launch/bin/check-replay.mjs');
  const env = { ...process.env, TANDEM_DATA: place.dataDir, TANDEM_PORT_BASE: String(place.portBase) };
  return execFileSync(process.execPath, [file], { env, encoding: 'utf8', timeout: BOUND_MS, stdio: 'pipe' });
}
