import { TopologyRecord } from '@tandem/contracts';

export type TopologyEventType =
  | 'TopologyCreated'
  | 'PrimaryOpened'
  | 'PrimaryConfirmed'
  | 'PrimaryHandedOver'
  | 'HandOverWithdrawn'
  | 'SecondaryPromoted'
  | 'PromotionWithdrawn'
  | 'ReplicationDegraded'
  | 'ReplicationRestored'
  | 'RecordSettled'
  | 'TopologyRetired';

/** R11: the name of the one event of a version, told from the version before it. */
export function eventOfVersion(from: TopologyRecord | null, to: TopologyRecord): TopologyEventType {
  if (!from || to.prevId === null) return 'TopologyCreated';
  if (to.state === 'retired') return 'TopologyRetired';
  if (to.epoch > from.epoch) return from.state === 'promoting' ? 'PromotionWithdrawn' : 'SecondaryPromoted';
  if (to.state === 'handed-over' && from.state !== 'handed-over') return 'PrimaryHandedOver';
  if (from.state === 'promoting' && to.state === 'open') return 'PrimaryOpened';
  if (from.state === 'handed-over' && to.state === 'open') return 'HandOverWithdrawn';
  if (from.syncSet.length > 0 && to.syncSet.length === 0) return 'ReplicationDegraded';
  if (from.syncSet.length === 0 && to.syncSet.length > 0) return 'ReplicationRestored';
  return to.decision.row.startsWith('settle/') ? 'RecordSettled' : 'PrimaryConfirmed';
}
