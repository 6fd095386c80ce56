import { currentPlatform } from './current-platform';
import { FaultCase, runFault } from './fault-case';
import { Platform } from './platform';
import { lookBack } from './look-back';
import { createInstance, TestInstance } from './test-instance';

/** Creation, the inherent waits of the longest fault (NATS away for 60 s) and the healing after it. */
const CASE_BOUND_MS = 300_000;

/** What a file needs besides the platform: made before its instance and removed after it. */
export interface Surroundings {
  readonly possible: boolean;
  make(platform: Platform): void;
  remove(): void;
}

/** One fault file: an HA instance of its own, and its cases one after the other. */
export function faultFile(
  title: string,
  define: (cases: (name: string, fault: FaultCase) => void) => void,
  surroundings?: Surroundings,
): void {
  (surroundings?.possible === false ? describe.skip : describe)(title, () => {
    let instance: TestInstance;
    beforeAll(async () => {
      surroundings?.make(currentPlatform());
      instance = await createInstance(currentPlatform());
    }, CASE_BOUND_MS);
    afterAll(async () => {
      try {
        // Its record and the logs of its nodes go with the instance.
        if (instance) await lookBack(instance.platform);
      } finally {
        await instance?.delete();
        surroundings?.remove();
      }
    }, CASE_BOUND_MS);
    define((name, fault) => {
      it(name, () => runFault(instance, fault), CASE_BOUND_MS);
    });
  });
}
