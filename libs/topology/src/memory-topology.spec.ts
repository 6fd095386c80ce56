import { MemoryTopology } from './memory-topology';
import { itIsATopologyStore } from './test/topology-store-conformance';

describe('the topology store in memory', () => {
  const topology = new MemoryTopology();
  itIsATopologyStore(() => ({
    open: async (onReset) =>
      topology.open((reset) => {
        onReset(reset);
        return reset.proven ? 'refuse' : 'accept';
      }),
    freeze: async () => topology.freeze(),
    thaw: async () => topology.thaw(),
    backup: async () => {
      const goBack = topology.backup();
      return async () => goBack();
    },
  }));
});
