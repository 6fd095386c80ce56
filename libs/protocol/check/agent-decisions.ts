import { AgentAction, AgentFacts, decideAgent, Fact } from '@tandem/protocol';
import { baseOf, Data, G, isPrefix, N, Options, RecordState } from './layout';

/** In the order of the bits of a set of actions. */
export const agentActions: readonly AgentAction[] = [
  'wait',
  'read-record',
  'create-data',
  'clone',
  'rejoin',
  'start-gated',
  'start-standby',
  'stop-immediate',
  'stop-fast',
  'stop-gray',
  'stop-retired',
  'drain',
  'cas-hand-over',
  'cas-switchover',
  'cas-confirm',
  'cas-degrade',
  'cas-restore',
  'cas-settle',
  'open-gate',
  'clear-names',
  'prove-names',
  'take-mark',
  'cut',
  'promote',
  'reattach',
  'follow',
  'note-branch',
];

const booleans = [false, true];
const states = ['none', 'open', 'promoting', 'handed-over', 'handed-over'] as const;
const handOverKinds = ['none', 'none', 'none', 'fault', 'switchover'] as const;
const dataWords = ['none', 'damaged', 'primary', 'standby'] as const;
const evidenceWords = ['none', 'in-force', 'marked', 'caught-up'] as const;
const memo = new Map<number, number>();

/** What the primary may see of its secondary: bit 0 attached, bit 1 gone, bit 2 neither. */
function secondaryBits(s: Uint8Array, node: number): number {
  if (!s[G.calm]) return s[G.attached] ? 7 : 6;
  if (s[G.attached]) return 1;
  const b = baseOf(node);
  const other = baseOf(1 - node);
  const standby = s[other + N.up] && s[other + N.data] === Data.standby && !s[other + N.cut];
  return standby && s[b + N.up] && isPrefix(s[other + N.log], s[b + N.log]) ? 4 : 6;
}

/** R8: the secondary really holds everything that is in this node's log, and, with honest detectors, has told so. */
function flushedBit(s: Uint8Array, b: number, other: number): number {
  const all = isPrefix(s[b + N.log], s[other + N.log]) && s[b + N.names];
  return all && (!s[G.calm] || (s[G.attached] && s[b + N.reply] === s[b + N.log])) ? 1 : 0;
}

/** R9: the source's agent may have told that the epoch is open, at any time since. */
function affirmedBit(s: Uint8Array, b: number, other: number): number {
  const serves = s[other + N.up] && s[other + N.data] === Data.primary && s[other + N.state] !== RecordState.promoting;
  return serves && s[other + N.epoch] === s[b + N.epoch] ? 1 : 0;
}

/**
 * Every action that the agent's table can decide in this state: facts that come from clocks, detectors and probes take
 * every value that the world does not contradict.
 * @returns a set of `agentActions`, as bits.
 */
export function agentDecisions(s: Uint8Array, node: number, options: Options): number {
  const b = baseOf(node);
  const other = baseOf(1 - node);
  const calm = s[G.calm] > 0;
  let key = s[b + N.epoch] ? s[b + N.state] + 1 : 0;
  const up = s[b + N.up];
  key = key * 2 + (s[b + N.epoch] && s[b + N.primary] === node ? 1 : 0);
  key = key * 2 + s[b + N.synced];
  key = key * 2 + s[b + N.fresh];
  key = key * 2 + s[b + N.doubt];
  key = key * 4 + s[b + N.data];
  key = key * 2 + up;
  key = key * 2 + (up && !s[b + N.rewinding] ? 1 : 0);
  key = key * 2 + s[b + N.gate];
  key = key * 2 + s[b + N.confirmed];
  key = key * 2 + s[b + N.names];
  key = key * 4 + s[b + N.evidence];
  key = key * 2 + s[b + N.cut];
  key = key * 2 + s[b + N.follows];
  key = key * 8 + secondaryBits(s, node);
  key = key * 2 + flushedBit(s, b, other);
  key = key * 2 + (s[other + N.epoch] >= s[b + N.epoch] ? 1 : 0);
  key = key * 2 + affirmedBit(s, b, other);
  key = key * 2 + (isPrefix(s[b + N.log], s[other + N.log]) ? 1 : 0);
  key = key * 2 + s[b + N.gray];
  key = key * 2 + (calm ? 0 : 1);
  const known = memo.get(key);
  if (known !== undefined) return known;
  const set = enumerate(key, options);
  memo.set(key, set);
  return set;
}

function enumerate(key: number, options: Options): number {
  let rest = key;
  const take = (size: number): number => {
    const value = rest % size;
    rest = Math.floor(rest / size);
    return value;
  };
  const wild = take(2) ? booleans : [false];
  const gray = take(2) === 1;
  // With everything back there is room again.
  const fullDisks = wild.length > 1 ? (['no', 'full', 'grown'] as const) : (['no', 'grown'] as const);
  const lineages = [take(2) ? 'prefix' : 'diverged', 'unknown'] as const;
  const known = (): readonly Fact[] => (take(2) ? ['yes', 'no', 'unknown'] : ['no', 'unknown']);
  const affirmations = known();
  const peers = known();
  const flushes = take(2) ? booleans : [false];
  const bits = take(8);
  const secondaries = (['attached', 'closed', 'silent', 'unsure'] as const).filter((_, i) => bits & [1, 2, 2, 4][i]);
  const flag = (): boolean => take(2) === 1;
  const following = flag();
  const cut = flag();
  const evidence = evidenceWords[take(4)];
  const names = flag() ? 'set' : 'clear';
  const confirmed = flag();
  const gate = flag() ? 'open' : 'closed';
  const accepting = flag();
  const running = flag();
  const data = dataWords[take(4)];
  const doubt = flag();
  const fresh = flag();
  const synced = flag();
  const named = flag();
  const state = take(8);
  const fixed = {
    named,
    synced,
    fresh,
    doubt,
    data,
    running,
    accepting,
    gate,
    confirmed,
    names,
    evidence,
    cut,
    following,
    gray,
  } as const;
  // The model's streams attach by the logs themselves, so what a node knows of its branch is always true there.
  const shared = {
    ...fixed,
    paired: true,
    branchKnown: true,
    onBranch: true,
    state: states[state],
    handOverKind: handOverKinds[state],
  };
  let set = 0;
  const decide = (free: Omit<AgentFacts, keyof typeof shared>): void => {
    // To fence while the secondary really streams is what a postmaster's death does, and that one has a budget.
    if (free.fenceDue && bits & 1 && free.secondary !== 'attached') return;
    // One object for all combinations: a new one for each would take most of the check's time.
    const facts = Object.assign(shared, free) as AgentFacts;
    set |= 1 << agentActions.indexOf(decideAgent(facts, options.sabotage).action);
  };
  for (const secondary of secondaries)
    for (const recoveryFlushed of flushes)
      for (const peerAtEpoch of peers)
        for (const affirmed of affirmations)
          for (const lineage of lineages)
            for (const fenceDue of wild)
              for (const switchover of options.switchover ? wild : [false])
                for (const withdrawDue of gray ? [false] : booleans)
                  for (const probeOnDisk of running ? booleans : [false])
                    for (const stoppedCleanly of running ? [false] : booleans)
                      for (const fullDisk of running ? (['no'] as const) : fullDisks)
                        for (const consentValid of booleans)
                          decide({
                            stoppedCleanly,
                            fullDisk,
                            secondary,
                            recoveryFlushed,
                            peerAtEpoch,
                            affirmed,
                            lineage,
                            fenceDue,
                            switchover,
                            withdrawDue,
                            probeOnDisk,
                            consentValid,
                          });
  return set;
}

/** How many classes of facts the agent's table has been asked for. */
export const agentClasses = (): number => memo.size;
/** Another run has other options. */
export const forgetAgentDecisions = (): void => memo.clear();
