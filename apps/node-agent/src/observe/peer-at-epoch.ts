import { NodeReport, TopologyRecord } from '@tandem/contracts';
import { endsOn, Fact } from '@tandem/protocol';

/**
 * R3: whether the secondary's agent has reported the current epoch as persisted, and its receiver streams on this branch:
 * what a standby says of its flush position means nothing on another one. No report is unknown.
 */
export function peerAtEpoch(
  report: NodeReport | null,
  record: TopologyRecord | null,
  timeline: number | null | undefined,
): Fact {
  if (!report || !record) return 'unknown';
  const atEpoch = report.role === 'standby' && report.persistedEpoch === record.epoch;
  const onBranch = report.streaming && report.timeline === timeline && endsOn(report.lineage, record.branch);
  return atEpoch && onBranch ? 'yes' : 'no';
}
