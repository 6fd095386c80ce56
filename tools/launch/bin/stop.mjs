// `npm stop`: ends everything that `npm start` has started on this data directory, and nothing else.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../dist/stop.js', import.meta.url));
if (!existsSync(built)) {
  console.log('Nothing has been built or started here yet.');
} else {
  const { stop } = createRequire(import.meta.url)(built);
  process.exit(await stop());
}
