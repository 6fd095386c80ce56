import { currentPlatform } from './current-platform';
import { FaultCase, runFault } from './fault-case';
import { createInstance, TestInstance } from './test-instance';

/** Creation, the inherent waits of the longest fault (NATS away for 60 s) and the healing after it. */
const CASE_BOUND_MS = 300_000;

/** One fault file: an HA instance of its own, and its cases one after the other. */
export function faultFile(title: string, define: (cases: (name: string, fault: FaultCase) => void) => void): void {
  describe(title, () => {
    let instance: TestInstance;
    beforeAll(async () => {
      instance = await createInstance(currentPlatform());
    }, CASE_BOUND_MS);
    afterAll(async () => {
      await instance?.delete();
    }, CASE_BOUND_MS);
    define((name, fault) => {
      it(name, () => runFault(instance, fault), CASE_BOUND_MS);
    });
  });
}
