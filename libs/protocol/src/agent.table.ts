import { AgentAction, AgentFacts } from './agent.facts';
import { Sabotage } from './sabotage';
import { decideBy, Row, Verdict } from './table';

type R = Row<AgentFacts, AgentAction>;

const gone = (f: AgentFacts): boolean => f.secondary === 'closed' || f.secondary === 'silent';
/** R12: an unanswered CAS is settled before any other is made, and only the newest version is built upon. */
const mayCas = (f: AgentFacts): boolean => f.fresh && !f.doubt;
const serves = (f: AgentFacts): boolean => f.confirmed && f.gate === 'open';

/** Rows for a node that the record does not name primary. */
const others: readonly R[] = [
  {
    id: 'demote/another-primary',
    when: (f) => f.data === 'primary' && f.running,
    action: 'stop-immediate',
    because: 'R9: the record names another primary, so this node never runs read-write',
  },
  {
    id: 'rejoin/clone',
    when: (f) => f.data === 'none' && f.state === 'open' && f.affirmed === 'yes',
    action: 'clone',
    because: 'R9: a node without data copies the primary that has opened the epoch',
  },
  {
    id: 'rejoin/rewind',
    when: (f) =>
      (f.data === 'primary' || f.data === 'damaged' || (f.data === 'standby' && f.lineage === 'diverged')) &&
      f.state === 'open' &&
      f.affirmed === 'yes',
    action: 'rejoin',
    because: 'R9: the epoch is open and its primary affirms it, so what diverged may be given up',
  },
  {
    id: 'standby/disk-full',
    when: (f) => f.data === 'standby' && f.fullDisk === 'full',
    action: 'wait',
    because: 'it ended for want of space and would again',
  },
  {
    id: 'standby/start',
    when: (f) => f.data === 'standby' && !f.running,
    action: 'start-standby',
    because: 'a standby replays what it has, whoever is primary',
  },
  {
    id: 'standby/on-branch',
    when: (f) =>
      f.data === 'standby' &&
      f.running &&
      f.state === 'open' &&
      f.following &&
      !f.branchKnown &&
      f.onBranch &&
      f.affirmed === 'yes',
    action: 'note-branch',
    because: 'R9: it streams on the branch of the open epoch, so that is part of its own history now, and not before',
  },
  {
    id: 'consent/expired',
    when: (f) =>
      f.data === 'standby' &&
      f.cut &&
      !f.consentValid &&
      (f.state === 'handed-over' || (f.state === 'open' && f.following)),
    action: 'reattach',
    because: 'R4: the consent expired without a promotion; the same epoch may be followed again at any time',
  },
  {
    id: 'consent/in-force',
    when: (f) => f.data === 'standby' && f.cut && f.consentValid && f.state !== 'promoting' && f.following,
    action: 'wait',
    because: 'R4: cut, the consent is in force',
  },
  {
    id: 'standby/follow',
    when: (f) =>
      f.data === 'standby' &&
      f.state === 'open' &&
      (!f.following || f.cut) &&
      f.affirmed === 'yes' &&
      f.lineage === 'prefix',
    action: 'follow',
    because: 'R9: the new primary has opened its epoch, and this history is a part of its own',
  },
];

/** Rows for the named node while its data directory is none, damaged or a standby's. */
const becoming: readonly R[] = [
  {
    id: 'create/initdb',
    when: (f) => f.data === 'none' && f.state === 'promoting',
    action: 'create-data',
    because: 'R1 creation: the record of epoch 1 names this node and it has no data yet',
  },
  {
    id: 'promote/start-standby',
    when: (f) => f.data === 'standby' && f.state === 'promoting' && !f.running,
    action: 'start-standby',
    because: 'R4: a standby must run to be promoted',
  },
  {
    id: 'promote/starting',
    when: (f) => f.data === 'standby' && f.state === 'promoting' && !f.accepting,
    action: 'wait',
    because: 'R4 (a): a standby that is not consistent yet cannot be promoted',
  },
  {
    id: 'promote/cut-again',
    when: (f) => f.data === 'standby' && f.state === 'promoting' && !f.cut,
    action: 'cut',
    because: 'R4 (e): the receiver is gone before the promotion',
  },
  {
    id: 'promote/promote',
    when: (f) => f.data === 'standby' && f.state === 'promoting',
    action: 'promote',
    because: 'R4 (e): the record names this node in a new epoch; never before that CAS',
  },
  {
    id: 'wait/no-data',
    when: (f) => f.data !== 'primary',
    action: 'wait',
    because: 'named, but without data to serve: a human decides',
  },
];

/** Rows for the named node with a primary's data directory and no running PostgreSQL. */
const stopped: readonly R[] = [
  {
    id: 'wait/disk-full',
    when: (f) => f.fullDisk === 'full',
    action: 'wait',
    because: 'it ended for want of space and would again; the secondary holds as much, so nobody takes over',
  },
  {
    id: 'start/disk-grown',
    when: (f) => f.fullDisk === 'grown' && f.state === 'open',
    action: 'start-gated',
    because: 'R8: there is room again; it comes back behind a closed gate',
  },
  {
    id: 'start/after-clean-stop',
    when: (f) => f.state === 'open' && f.stoppedCleanly,
    action: 'start-gated',
    because: 'R8: it was stopped in order and comes back behind a closed gate; nobody needs to take over',
  },
  {
    id: 'hand-over/gray',
    when: (f) => f.gray && f.state === 'open' && f.synced && mayCas(f),
    action: 'cas-hand-over',
    because: 'R7: stopped because its disk fails; the secondary holds every acknowledged commit',
  },
  {
    id: 'hand-over/postmaster-died',
    when: (f) => f.state === 'open' && f.synced && mayCas(f),
    action: 'cas-hand-over',
    because: 'R7: the postmaster is dead and the secondary holds every acknowledged commit',
  },
  {
    id: 'switchover/stopped',
    when: (f) => f.state === 'handed-over' && f.handOverKind === 'switchover' && !f.withdrawDue,
    action: 'wait',
    because: 'R15: stopped for the switchover; the target takes over, or the deadline withdraws it',
  },
  {
    id: 'start/gated',
    when: () => true,
    action: 'start-gated',
    because: 'R8: recovery takes place behind a closed gate',
  },
];

/** Rows for the named node with PostgreSQL running as a primary. */
const running: readonly R[] = [
  {
    id: 'fence/self',
    when: (f) => f.fenceDue && f.gate === 'open' && f.synced && f.secondary !== 'attached' && f.state !== 'promoting',
    action: 'stop-immediate',
    because:
      'R6: the session could not be renewed, a promotable secondary exists, and it is not attached; what comes back is gated',
  },
  {
    id: 'stop/gray',
    when: (f) => f.gray && f.state === 'open' && f.synced && mayCas(f),
    action: 'stop-gray',
    because: 'R7: its disk fails while it looks alive; it is stopped first, then handed over',
  },
  {
    id: 'start/recovering',
    when: (f) => !f.accepting,
    action: 'wait',
    because: 'R8: recovery has not ended; the gate is closed meanwhile',
  },
  {
    id: 'settle/unanswered',
    when: (f) => f.doubt && f.fresh,
    action: 'cas-settle',
    because: 'R12: a CAS without an answer is settled by one that publishes the newest version unchanged',
  },
  {
    id: 'wait/read-first',
    when: (f) => !f.fresh,
    action: 'read-record',
    because: 'R12: a refused CAS means that a newer version exists: read before deciding',
  },
  {
    id: 'switchover/stop',
    when: (f) => f.state === 'handed-over' && f.handOverKind === 'switchover' && !f.withdrawDue && !f.confirmed,
    action: 'stop-fast',
    because: 'R15: handed over to the target; a fast stop sends it the last WAL',
  },
  {
    id: 'open/promoted',
    when: (f) => f.state === 'promoting',
    action: 'cas-confirm',
    because: 'R4 (f), R13: the promoted or created node opens its epoch by its own CAS',
  },
  {
    id: 'switchover/drain',
    when: (f) => f.switchover && f.state === 'open' && f.synced && f.gate === 'open',
    action: 'drain',
    because: 'R15: the gate closes and what is left of the clients ends; the confirmation is void',
  },
  {
    id: 'switchover/hand-over',
    when: (f) => f.switchover && f.state === 'open' && f.synced,
    action: 'cas-switchover',
    because: 'R15: hand-over of kind switchover, with its target',
  },
  {
    id: 'degrade/secondary-closed',
    when: (f) => f.names === 'set' && f.state === 'open' && f.synced && f.secondary === 'closed',
    action: 'cas-degrade',
    because: 'R2: the connection of the secondary closed; record first, then release',
  },
  {
    id: 'degrade/secondary-silent',
    when: (f) => f.names === 'set' && f.state === 'open' && f.synced && f.secondary === 'silent',
    action: 'cas-degrade',
    because: 'R2: the secondary does not acknowledge while commits wait; record first, then release',
  },
  {
    id: 'withdraw/degrade',
    when: (f) => f.state === 'handed-over' && f.withdrawDue && f.probeOnDisk && gone(f),
    action: 'cas-degrade',
    because: 'R7: the hand-over is withdrawn; the secondary is silent, so this node serves alone',
  },
  {
    id: 'withdraw/confirm',
    when: (f) => f.state === 'handed-over' && f.withdrawDue && f.recoveryFlushed,
    action: 'cas-confirm',
    because: 'R7: the hand-over is withdrawn; the secondary holds everything up to the end of recovery',
  },
  {
    id: 'confirm/adopted',
    when: (f) => !f.confirmed && f.state === 'open' && f.gate === 'open',
    action: 'cas-confirm',
    because: 'R1: an adopting agent leaves the gate as it finds it and confirms again',
  },
  {
    id: 'confirm/alone',
    when: (f) => !f.confirmed && f.state === 'open' && !f.synced,
    action: 'cas-confirm',
    because: 'R8: syncSet is empty, so nobody else can have been promoted',
  },
  {
    id: 'confirm/recovered',
    when: (f) => !f.confirmed && f.state === 'open' && f.synced && f.recoveryFlushed,
    action: 'cas-confirm',
    because: 'R8: names are in force and the secondary has flushed everything up to the end of recovery',
  },
  {
    id: 'gate/open',
    when: (f) => f.confirmed && f.state === 'open' && f.gate === 'closed',
    action: 'open-gate',
    because: 'R1: the record is open, names this node, and its own CAS confirmed that',
  },
  {
    id: 'degrade/names-left',
    when: (f) =>
      f.names === 'set' &&
      f.state === 'open' &&
      !f.synced &&
      (gone(f) || (f.secondary === 'unsure' && f.evidence === 'none')),
    action: 'cas-degrade',
    because: 'R2: names are cleared only after a degrade CAS of this run of the agent',
  },
  {
    id: 'restore/record',
    when: (f) => restorable(f) && f.names === 'set' && f.evidence === 'caught-up',
    action: 'cas-restore',
    because: 'R3: enforced and caught up past the mark, so the record may say so',
  },
  {
    id: 'restore/mark',
    when: (f) => restorable(f) && f.names === 'set' && f.evidence === 'in-force',
    action: 'take-mark',
    because: 'R3: names are in force; what was written before them ends at the mark',
  },
  {
    id: 'restore/catching-up',
    when: (f) => restorable(f) && f.names === 'set' && f.evidence === 'marked',
    action: 'wait',
    because: 'R3: the secondary has not flushed and replayed up to the mark yet',
  },
  {
    id: 'restore/enforce',
    when: (f) => restorable(f) && f.evidence === 'none',
    action: 'prove-names',
    because: 'R3: enforce first; a probe commit shows that names are in force',
  },
];

const restorable = (f: AgentFacts): boolean =>
  f.paired && serves(f) && f.state === 'open' && !f.synced && f.secondary === 'attached' && f.peerAtEpoch === 'yes';

const always: R = { id: 'idle', when: () => true, action: 'wait', because: 'nothing to do' };

const guarded = (rows: readonly R[], holds: (f: AgentFacts) => boolean): R[] =>
  rows.map((row) => ({ ...row, when: (f) => holds(f) && row.when(f) }));

/** The agent's whole table, in the order in which its rows are tried. */
export const agentTable: readonly R[] = [
  {
    id: 'retire/stop',
    when: (f) => f.state === 'retired' && f.running,
    action: 'stop-retired',
    because: 'the instance is over: no node may serve, promote or rejoin',
  },
  {
    id: 'retire/stopped',
    when: (f) => f.state === 'retired',
    action: 'wait',
    because: 'the instance is over; its data waits for the release',
  },
  {
    id: 'wait/no-record',
    when: (f) => f.state === 'none',
    action: 'wait',
    because: 'R1: no version of the record is known, so no role is',
  },
  ...guarded(others, (f) => !f.named),
  ...guarded(becoming, (f) => f.named && f.data !== 'primary'),
  ...guarded(stopped, (f) => f.named && f.data === 'primary' && !f.running),
  ...guarded(running, (f) => f.named && f.data === 'primary' && f.running),
  always,
];

const sabotaged: Partial<Record<Sabotage, readonly R[]>> = {
  'promote-before-cas': [
    {
      id: 'sabotage/promote-before-cas',
      when: (f) => !f.named && f.data === 'standby' && f.running && f.cut,
      action: 'promote',
      because: 'sabotage: promoted on the consent alone',
    },
    {
      id: 'sabotage/serve-before-cas',
      when: (f) => !f.named && f.data === 'primary' && f.running && f.state !== 'retired' && f.gate === 'closed',
      action: 'open-gate',
      because: 'sabotage: opened on the consent alone',
    },
    {
      id: 'sabotage/stay-before-cas',
      when: (f) => !f.named && f.data === 'primary' && f.running && f.state !== 'retired' && f.gate === 'open',
      action: 'wait',
      because: 'sabotage: serves on the consent alone',
    },
  ],
  'release-before-cas': [
    {
      id: 'sabotage/release-before-cas',
      when: (f) => f.named && f.data === 'primary' && f.running && f.names === 'set' && f.synced && gone(f),
      action: 'clear-names',
      because: 'sabotage: released before the degrade CAS',
    },
  ],
  'gate-left-open': [
    {
      id: 'sabotage/gate-left-open',
      when: (f) => f.named && f.data === 'primary' && f.running && f.gate === 'closed',
      action: 'open-gate',
      because: 'sabotage: the gate opens with the postmaster',
    },
  ],
  'open-without-own-cas': [
    {
      id: 'sabotage/open-without-own-cas',
      when: (f) => f.named && f.data === 'primary' && f.running && f.gate === 'closed' && f.state !== 'handed-over',
      action: 'open-gate',
      because: 'sabotage: a read of the record opens the gate',
    },
  ],
};

/**
 * What the agent does next for one node: the first row that holds.
 * @param sabotage tests only: rows that break a rule are put in front.
 */
export function decideAgent(facts: AgentFacts, sabotage?: Sabotage): Verdict<AgentAction> {
  const extra = sabotage ? sabotaged[sabotage] : undefined;
  return decideBy(extra ? [...extra, ...agentTable] : agentTable, facts);
}
