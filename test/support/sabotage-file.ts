import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sabotage } from '@tandem/protocol';
import { Breach } from './assertions';
import { startPlatform, stopPlatform } from './platform';
import { scenarios } from './scenarios';
import { createInstance, TestInstance } from './test-instance';

const DEFAULT_PORT_BASE = 18_400;
const BOUND_MS = 240_000;

/** One sabotage: a platform of its own that is broken in this way must be caught by the assertion named for it. */
export function sabotageFile(sabotage: Sabotage): void {
  const { rule, assertion, run } = scenarios[sabotage];
  describe(`sabotage ${sabotage}, against ${rule}`, () => {
    const dataDir = mkdtempSync(join(realpathSync(tmpdir()), 'tandem-sabotage-'));
    chmodSync(dataDir, 0o755);
    const place = { dataDir, portBase: Number(process.env['TANDEM_SABOTAGE_PORT_BASE'] ?? DEFAULT_PORT_BASE) };
    let instance: TestInstance | undefined;
    let caught = false;
    beforeAll(async () => {
      const platform = await startPlatform(place, { TANDEM_SABOTAGE: sabotage });
      instance = await createInstance(platform);
    }, BOUND_MS);
    afterAll(async () => {
      await instance?.control.close();
      await stopPlatform(place);
      if (caught) rmSync(dataDir, { recursive: true, force: true });
      else console.error(`Not caught: data and logs are kept in ${dataDir}`);
    }, BOUND_MS);

    it(
      `is noticed by ${assertion}`,
      async () => {
        const outcome: unknown = await run(instance!).then(
          () => 'nothing was noticed',
          (error: unknown) => error,
        );
        // Any other failure is thrown as it is: it proves nothing.
        if (outcome instanceof Error && !(outcome instanceof Breach)) throw outcome;
        expect(outcome).toMatchObject({ assertion });
        caught = true;
      },
      BOUND_MS,
    );
  });
}
