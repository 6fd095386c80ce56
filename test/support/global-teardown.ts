import { rmSync } from 'node:fs';
import { currentPlatform } from './current-platform';
import { isKept } from './keep-mark';
import { lookBack } from './look-back';
import { stopPlatform } from './platform';

/** Looks back at the whole run, then ends its platform; its data goes too, unless something has failed. */
export default async function tearDown(): Promise<void> {
  if (process.env['TANDEM_TEST_PLATFORM']) return;
  const platform = currentPlatform();
  const { place } = platform;
  const seen = await lookBack(platform).catch((error: Error) => error);
  await stopPlatform(place);
  if (isKept(place.dataDir)) console.error(`A test failed: data and logs are kept in ${place.dataDir}`);
  else rmSync(place.dataDir, { recursive: true, force: true });
  if (seen instanceof Error) throw seen;
  console.log(`\n${seen}`);
}
