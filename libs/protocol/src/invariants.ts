import { TopologyRecord } from '@tandem/contracts';

/**
 * What must hold between two versions that follow each other, whoever wrote the second. Checked before every CAS, in
 * production too: a breach is our own fault and ends the process.
 * @returns the first breach as a sentence, or undefined.
 */
export function breachOf(from: TopologyRecord, to: TopologyRecord): string | undefined {
  if (to.prevId !== from.id) return 'R12: prevId is not the id of the version that it was based on';
  if (to.id === from.id) return 'R12: each version has an id of its own';
  if (to.epoch < from.epoch || to.epoch > from.epoch + 1) return 'R1: epochs go up by one';
  if (from.state === 'retired') return 'a retired record never changes';
  if (to.state === 'retired') return undefined;
  if (to.epoch > from.epoch) {
    if (to.state !== 'promoting' || to.syncSet.length > 0)
      return 'R4 (d): a new epoch begins promoting with an empty syncSet';
    if (from.state === 'promoting') {
      if (!from.incarnations[to.primary]) return 'R4: no way back to a node without data';
    } else if (!from.syncSet.includes(to.primary)) return 'R4 (a): the promoted node was not in syncSet';
    return undefined;
  }
  if (to.primary !== from.primary) return 'R4: another primary needs another epoch';
  if (to.state === 'promoting' && from.state !== 'promoting') return 'R4: after open there is no way back';
  if (to.state === 'handed-over') {
    if (from.state === 'promoting') return 'R7: only an open primary hands over';
    if (to.syncSet.length === 0) return 'R7: a hand-over needs somebody in syncSet';
  }
  if (to.syncSet.length > 0 && from.syncSet.length === 0 && (from.state !== 'open' || to.state !== 'open'))
    return 'R3: syncSet is restored in an open epoch only';
  return undefined;
}
