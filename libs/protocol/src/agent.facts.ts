import { Fact } from './table';

/**
 * What the agent of a host knows about one node, all of it finite, so that tables over it can be enumerated and the
 * exhaustive check can feed it. The shell (apps/node-agent) computes these from observations and its own clock.
 */
export interface AgentFacts {
  /** The state of the newest version of the record that the agent has persisted; `none` before the first. */
  readonly state: 'none' | 'open' | 'promoting' | 'handed-over' | 'retired';
  readonly handOverKind: 'none' | 'fault' | 'switchover';
  /** The record names this node primary. */
  readonly named: boolean;
  /** HA: the instance has another node. */
  readonly paired: boolean;
  /** syncSet is not empty. */
  readonly synced: boolean;
  /** No CAS of this agent was refused, and no store reset noticed, since it read this version. */
  readonly fresh: boolean;
  /** An own CAS is unanswered and not settled yet (R12). */
  readonly doubt: boolean;
  /** The data directory: none, damaged (an interrupted rewind or clone), made for a primary, or a standby's. */
  readonly data: 'none' | 'damaged' | 'primary' | 'standby';
  /** A process of the data directory is alive. */
  readonly running: boolean;
  /** PostgreSQL ended in order, by its own word in pg_control: a stop that was meant, not a death. */
  readonly stoppedCleanly: boolean;
  /**
   * PostgreSQL ended because its disk was full: there is no room for a start yet, or there is again. The secondary's disk
   * is as large and holds as much, so this is nobody's reason to take over.
   */
  readonly fullDisk: 'no' | 'full' | 'grown';
  /** The probe commit has failed for grayAfter (R7); lasts until a probe of a later start has succeeded. */
  readonly gray: boolean;
  /** PostgreSQL answers queries: recovery has ended, or a standby is consistent. */
  readonly accepting: boolean;
  readonly gate: 'open' | 'closed';
  /** Confirmed by the agent's own CAS in this epoch and since this start of the postmaster (R1). */
  readonly confirmed: boolean;
  readonly names: 'set' | 'clear';
  /** The secondary's stream as the primary sees it; `unsure` is neither attached nor known to be gone. */
  readonly secondary: 'attached' | 'closed' | 'silent' | 'unsure';
  /** Names are in force and the secondary has flushed everything up to the end of recovery (R8). */
  readonly recoveryFlushed: boolean;
  /** Restore evidence of this epoch and this start of the postmaster (R3). */
  readonly evidence: 'none' | 'in-force' | 'marked' | 'caught-up';
  /** The secondary's agent has reported the current epoch as persisted (R3). */
  readonly peerAtEpoch: Fact;
  /** The host session could not be renewed for the fence time (R6). */
  readonly fenceDue: boolean;
  /** withdrawAfter has passed since the hand-over (for a switchover also its deadline), and no gray reason lasts (R7). */
  readonly withdrawDue: boolean;
  /** A local probe commit of this start of the postmaster has reached the disk (R7). */
  readonly probeOnDisk: boolean;
  /** A switchover away from this node was accepted by this agent and is within its deadline (R15). */
  readonly switchover: boolean;
  /** The standby's stream was cut by its agent: primary_conninfo empty and the receiver seen gone (R4). */
  readonly cut: boolean;
  /** The consent that came with the cut has not expired yet. */
  readonly consentValid: boolean;
  /** The standby is set up to follow the primary of the record in this epoch. */
  readonly following: boolean;
  /** The branch of the open record is the last one of this node's own history, as persisted (R9). */
  readonly branchKnown: boolean;
  /** The receiver streams on the timeline of that branch. */
  readonly onBranch: boolean;
  /** The source's agent affirmed that the record is open and that it serves in this epoch (R9). */
  readonly affirmed: Fact;
  /** This node's history is a prefix of the source's, by branch identities (R9). */
  readonly lineage: 'prefix' | 'diverged' | 'unknown';
}

export type AgentAction =
  | 'wait'
  | 'read-record'
  | 'create-data'
  | 'clone'
  | 'rejoin'
  | 'start-gated'
  | 'start-standby'
  | 'stop-immediate'
  | 'stop-fast'
  | 'stop-gray'
  | 'stop-retired'
  | 'drain'
  | 'cas-hand-over'
  | 'cas-switchover'
  | 'cas-confirm'
  | 'cas-degrade'
  | 'cas-restore'
  | 'cas-settle'
  | 'open-gate'
  | 'clear-names'
  | 'prove-names'
  | 'take-mark'
  | 'cut'
  | 'promote'
  | 'reattach'
  | 'follow'
  | 'note-branch';
