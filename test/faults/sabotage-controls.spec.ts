import { currentPlatform } from '../support/current-platform';
import { keepData } from '../support/keep-mark';
import { scenarios } from '../support/scenarios';
import { createInstance, TestInstance } from '../support/test-instance';

const BOUND_MS = 180_000;

/** The courses of test/sabotage on a sound platform: red there means something only because it is green here. */
describe('without sabotage', () => {
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await createInstance(currentPlatform());
  }, BOUND_MS);
  afterAll(async () => {
    await instance?.delete();
  }, BOUND_MS);

  it.each(Object.entries(scenarios))(
    'the course of %s keeps every promise',
    async (_, { run, undo }) => {
      try {
        await run(instance);
      } catch (error) {
        keepData(instance.platform.place.dataDir);
        throw error;
      } finally {
        await undo(instance);
        await instance.becomesWhole(BOUND_MS);
      }
    },
    BOUND_MS,
  );
});
