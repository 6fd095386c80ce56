import { TopologyRecord } from '@tandem/contracts';
import { CasAnswer, TopologyStore } from './topology-store';

/** The same store; `onAnswer` hears what became of each compare-and-set. */
export function countedStore(
  store: TopologyStore,
  onAnswer: (next: TopologyRecord, outcome: CasAnswer['outcome']) => void,
): TopologyStore {
  return {
    read: (instanceId) => store.read(instanceId),
    readAt: (seq) => store.readAt(seq),
    watch: (what, onVersion) => store.watch(what, onVersion),
    purgeLogged: (instanceId, belowSeq) => store.purgeLogged(instanceId, belowSeq),
    remove: (instanceId) => store.remove(instanceId),
    acceptReset: () => store.acceptReset(),
    close: () => store.close(),
    cas: async (change) => {
      const answer = await store.cas(change);
      onAnswer(change.next, answer.outcome);
      return answer;
    },
  };
}
