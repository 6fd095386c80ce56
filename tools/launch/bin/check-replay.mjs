// `npm run check:replay`: replays the event log of the running platform and compares it with every topology record.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../dist/check-replay.js', import.meta.url));
if (!existsSync(built)) {
  console.error('Nothing has been built or started here yet.');
  process.exit(1);
}
const { checkReplay } = createRequire(import.meta.url)(built);
process.exit(await checkReplay());
