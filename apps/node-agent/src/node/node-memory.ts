import { NodeAssignment, NodeId, TopologyRecord } from '@tandem/contracts';
import { isAlive, ProcessIdentity } from '@tandem/host';
import { otherNode } from '@tandem/protocol';
import { Gray } from '../observe/gray-watch';
import { NodeFile, NodeState } from '../state/node-file';

export interface AcceptedSwitchover {
  readonly epoch: number;
  readonly target: NodeId;
  readonly operationId: string;
  readonly deadlineMs: number;
}

/**
 * What this run of the agent knows of one node beyond the file: all of it is lost with the agent, so that a new run
 * confirms, proves and settles anew.
 */
export class NodeMemory {
  /** No CAS was refused since the newest version was read. */
  fresh = false;
  /** R12: an own CAS is unanswered. */
  doubt = false;
  postmaster: ProcessIdentity | null = null;
  accepting = false;
  /** R1: the start of the postmaster that this run's own CAS confirmed, with its epoch. */
  confirmed: { epoch: number; postmaster: ProcessIdentity } | null = null;
  /** When the record was first seen handed over in this version chain; monotonic ms. */
  handedOverAtMs: number | null = null;
  probeOnDisk = false;
  /** R4: the stream was cut by this agent; the consent that came with it lasts until then. */
  cut: { untilMs: number } | null = null;
  lastSilenceCutMs = -Infinity;
  switchover: AcceptedSwitchover | null = null;
  /** R15: LSN of the shutdown checkpoint of the last fast stop, as long as PostgreSQL has not been started again. */
  shutdownLsn: string | null = null;
  /** R7: why this node counts as gray; outlives the stop that follows, until a round of probes commits. */
  gray: Gray | null = null;
  /** Whether the last end of PostgreSQL was for want of space; not looked at yet while undefined. */
  endedFull: boolean | undefined;
  row = 'none';

  constructor(
    readonly assignment: NodeAssignment,
    readonly file: NodeFile,
  ) {}

  get nodeId(): NodeId {
    return this.assignment.nodeId;
  }

  get record(): TopologyRecord | null {
    return this.file.state.known?.record ?? null;
  }

  get seq(): number {
    return this.file.state.known?.seq ?? 0;
  }

  get peerId(): NodeId | undefined {
    return Object.keys(this.assignment.members).find((id) => id !== this.nodeId);
  }

  get running(): boolean {
    return this.postmaster !== null && isAlive(this.postmaster);
  }

  get confirmedNow(): boolean {
    const { confirmed, postmaster, record } = this;
    return (
      confirmed !== null &&
      postmaster !== null &&
      confirmed.epoch === record?.epoch &&
      confirmed.postmaster.pid === postmaster.pid &&
      confirmed.postmaster.startTime === postmaster.startTime
    );
  }

  /** R3: the name that commits wait for, once the record holds an incarnation of the secondary. */
  get secondaryInRecord(): { nodeId: NodeId; incarnation: string } | null {
    const record = this.record;
    const secondary = record && otherNode(record, this.nodeId);
    const incarnation = secondary && record.incarnations[secondary];
    return secondary && incarnation ? { nodeId: secondary, incarnation } : null;
  }

  /**
   * Takes over a version, persisted before anything rests on it (R1). A lower epoch, or an older version, is refused.
   * @param also what is persisted with it, in the same write.
   * @returns whether it was newer than what was known.
   */
  async adopt(
    version: { record: TopologyRecord; seq: number },
    nowMs: number,
    also: Partial<NodeState> = {},
  ): Promise<boolean> {
    const known = this.file.state.known;
    if (known && (version.seq <= known.seq || version.record.epoch < known.record.epoch)) return false;
    await this.file.save({ known: version, ...also });
    if (version.record.state !== 'handed-over') this.handedOverAtMs = null;
    else this.handedOverAtMs ??= nowMs;
    return true;
  }
}

/** R3: a name that nothing but this node's WAL receiver in this life of its data directory uses. */
export const receiverName = (nodeId: NodeId, incarnation: string): string => `${nodeId}_${incarnation}`;

/** Slots are named in lower case, digits and underscores only. */
export const slotName = (nodeId: NodeId): string => nodeId.replace(/-/g, '_');
