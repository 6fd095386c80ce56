import { Sabotage } from '@tandem/protocol';

/**
 * One state of the model as bytes: the record, what the world knows, then the two nodes. Sets of log entries are bit
 * masks. `const enum`, so that the compiler leaves plain numbers in the search's inner loop.
 */
export const enum G {
  /** The topology record. */
  epoch,
  primary,
  synced,
  state,
  /** What the record says of each node's incarnation: 0 none, 1 its current one, 2 an earlier one. */
  incarnationA,
  incarnationB,
  /** The version before it, for stale reads. */
  oldEpoch,
  oldPrimary,
  oldSynced,
  oldState,
  /** The standby streams from the primary. */
  attached,
  /** Transactions acknowledged to clients; seen by clients through an open gate. */
  acked,
  seen,
  /** The number of entries in the window. */
  next,
  /** The node of the highest epoch that was opened, plus one; 0 before the first. */
  opened,
  /** Faults left. */
  faults,
  /** 0 faults go on, 1 everything is back, 2 host A never returns, 3 host B never returns. */
  calm,
  /** Entries that are promotions (timeline switches), not transactions. */
  promotions,
  size,
}

/** What belongs to one node; the fields from `epoch` to `state` are the version that its agent has persisted. */
export const enum N {
  host,
  up,
  data,
  names,
  gate,
  log,
  /** Entries whose transactions are visible here. */
  visible,
  /** The flush position that the primary has heard. */
  reply,
  /** Commits that were under way when names were set: they may be released without the secondary. */
  released,
  agent,
  epoch,
  primary,
  synced,
  state,
  /** How far the persisted version lags: 2 newest, 1 the one before, 0 older. */
  lag,
  fresh,
  doubt,
  /** The agent's own CAS under way (a kind of `casKinds` plus one), where it is, and whether PostgreSQL runs as it did then. */
  cas,
  casAt,
  casStart,
  /** Unanswered CASes that may still land: one bit for each kind. */
  late,
  evidence,
  mark,
  confirmed,
  /** A consent of this epoch was given. */
  consent,
  /** Rewound or copied, and not consistent yet. */
  rewinding,
  cut,
  follows,
  /** Its disk fails while it looks alive. */
  gray,
  size,
}

export const enum RecordState {
  open,
  promoting,
  handedOver,
  switchingOver,
}

export const enum Data {
  none,
  damaged,
  primary,
  standby,
}

/** Where an agent's own CAS is. */
export const enum CasAt {
  inFlight,
  landed,
  overtaken,
  overtakenTwice,
  refused,
}

export const STATE_BYTES = 76;
export const nodes = [0, 1] as const;
export const baseOf = (node: number): number => G.size + N.size * node;

/** Bounds and switches of one run. */
export interface Options {
  /** Deaths of a postmaster, an agent or a host, all together. */
  readonly faults: number;
  /** Log entries that are not in both logs at the same time; the number of writes is unbounded. */
  readonly entries: number;
  readonly epochs: number;
  /** Switchovers are requested at any time. */
  readonly switchover: boolean;
  /** Also look for dead ends (I5). */
  readonly calm: boolean;
  readonly sabotage?: Sabotage;
}

/** The state before the first version of R1's creation is confirmed: node A is to open epoch 1, nobody has data. */
export function initialState(options: Options): Uint8Array {
  const s = new Uint8Array(STATE_BYTES);
  s[G.epoch] = 1;
  s[G.state] = RecordState.promoting;
  s[G.faults] = options.faults;
  for (const n of nodes) {
    s[baseOf(n) + N.host] = 1;
    s[baseOf(n) + N.agent] = 1;
  }
  return s;
}

/** x is the beginning of y. */
export const isPrefix = (x: number, y: number): boolean => x === 0 || x === (y & ((2 << (31 - Math.clz32(x))) - 1));

/** The entries before the first one that is in one log only. */
export const commonPrefix = (x: number, y: number): number => {
  const differ = x ^ y;
  return differ === 0 ? x : x & ((differ & -differ) - 1);
};
