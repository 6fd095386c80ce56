import { rmSync } from 'node:fs';
import { currentPlatform } from './current-platform';
import { isKept } from './keep-mark';
import { stopPlatform } from './platform';

/** Ends the platform of the run; its data goes too, unless a test has failed. */
export default async function tearDown(): Promise<void> {
  if (process.env['TANDEM_TEST_PLATFORM']) return;
  const { place } = currentPlatform();
  await stopPlatform(place);
  if (isKept(place.dataDir)) console.error(`A test failed: data and logs are kept in ${place.dataDir}`);
  else rmSync(place.dataDir, { recursive: true, force: true });
}
