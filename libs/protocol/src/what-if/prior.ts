import { timings } from '../timings';

/**
 * What each step is taken to last, in ms, where no failover of the installation has been measured: failover-safety.md,
 * "Timings" (silent host loss = silent 1,200 + probe 300 + cut 200 + two CASes 20 + promote 150 + repoint 500).
 */
export const priorMs = {
  /** The agent's watch on its postmaster. */
  noticeDeath: 25,
  probe: timings.directProbe,
  cut: 200,
  cas: 10,
  promote: 150,
  /** docs/PROTOCOL.md, "Loops": a gate opens within some 30 ms of its epoch. */
  openGate: 30,
  repoint: 500,
  /** Recovery of a postmaster that died; a guess that no promotion waits for. */
  recover: 500,
} as const;

/** R10: how long a receiver must be missing before its absence counts. */
export const ABSENT_MS = 100;
/** R15: a switchover that has not come to a promotion in this time is withdrawn. */
export const SWITCHOVER_WITHDRAW_MS = 6_000;
/** Long enough for every bound that a decision waits for; the longest is the promotion's deadline. */
export const HORIZON_MS = timings.promotionDeadline + 5_000;
