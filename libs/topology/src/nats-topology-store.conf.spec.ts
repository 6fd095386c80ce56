import { NatsStage } from './test/nats-stage';
import { itIsATopologyStore } from './test/topology-store-conformance';

jest.setTimeout(30_000);

describe('the topology store on nats-server', () => {
  let stage: NatsStage;
  beforeAll(async () => void (stage = await NatsStage.on(21901)));
  afterEach(() => stage.clear());
  afterAll(() => stage.dispose());

  itIsATopologyStore(() => ({
    open: async (onReset) =>
      stage.store(await stage.bus(), {
        onReset: (reset) => {
          onReset(reset);
          return reset.proven ? 'refuse' : 'accept';
        },
      }),
    freeze: () => stage.freeze(),
    thaw: async () => stage.thaw(),
    backup: () => stage.backup(),
  }));
});
