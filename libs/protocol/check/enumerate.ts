import { AgentFacts, ConsentFacts, EndpointFacts, Fact, FailoverFacts, GuardFacts } from '@tandem/protocol';

type Choices<F> = { readonly [K in keyof F]: readonly F[K][] };

/** Every combination of the given values, one after the other. */
export function* product<F extends object>(choices: Choices<F>): Generator<F> {
  const names = Object.keys(choices) as (keyof F)[];
  const places = names.map(() => 0);
  for (;;) {
    const facts = {} as { -readonly [K in keyof F]: F[K] };
    names.forEach((name, i) => (facts[name] = choices[name][places[i]]));
    yield facts;
    let i = 0;
    while (i < names.length && ++places[i] === choices[names[i]].length) places[i++] = 0;
    if (i === names.length) return;
  }
}

const fact: readonly Fact[] = ['yes', 'no', 'unknown'];
const yesOrNo = [true, false];
const states = ['none', 'open', 'promoting', 'handed-over', 'retired'] as const;
const handOverKinds = ['none', 'fault', 'switchover'] as const;
const data = ['none', 'damaged', 'primary', 'standby'] as const;

const quiet: Choices<AgentFacts> = {
  state: states,
  handOverKind: ['none', 'fault', 'switchover'],
  named: [false],
  paired: [true],
  synced: [false],
  fresh: [true],
  doubt: [false],
  data,
  running: yesOrNo,
  stoppedCleanly: [false],
  fullDisk: ['no'],
  gray: [false],
  accepting: [true],
  gate: ['closed'],
  confirmed: [false],
  names: ['clear'],
  secondary: ['unsure'],
  recoveryFlushed: [false],
  evidence: ['none'],
  peerAtEpoch: ['unknown'],
  fenceDue: [false],
  withdrawDue: [false],
  probeOnDisk: [false],
  switchover: [false],
  cut: [false],
  consentValid: [false],
  following: [false],
  branchKnown: [true],
  onBranch: [false],
  affirmed: ['unknown'],
  lineage: ['unknown'],
};

/**
 * The agent's facts, role by role: each role varies all facts that its rows read, and leaves the others at one value, as
 * the whole product has more than 10^10 members.
 */
export function* agentFacts(): Generator<AgentFacts> {
  yield* product<AgentFacts>({
    ...quiet,
    fullDisk: ['no', 'full'],
    cut: yesOrNo,
    consentValid: yesOrNo,
    following: yesOrNo,
    branchKnown: yesOrNo,
    onBranch: yesOrNo,
    affirmed: fact,
    lineage: ['prefix', 'diverged', 'unknown'],
  });
  yield* product<AgentFacts>({
    ...quiet,
    named: [true],
    synced: yesOrNo,
    fresh: yesOrNo,
    doubt: yesOrNo,
    accepting: yesOrNo,
    withdrawDue: yesOrNo,
    cut: yesOrNo,
    running: [false],
    stoppedCleanly: yesOrNo,
    fullDisk: ['no', 'full', 'grown'],
    gray: yesOrNo,
  });
  yield* product<AgentFacts>({
    ...quiet,
    named: [true],
    data: ['none', 'damaged', 'standby'],
    accepting: yesOrNo,
    cut: yesOrNo,
  });
  yield* product<AgentFacts>({
    ...quiet,
    named: [true],
    data: ['primary'],
    running: [true],
    state: ['open', 'promoting', 'handed-over'],
    handOverKind: ['fault', 'switchover'],
    synced: yesOrNo,
    fresh: yesOrNo,
    doubt: yesOrNo,
    accepting: yesOrNo,
    gate: ['open', 'closed'],
    confirmed: yesOrNo,
    names: ['set', 'clear'],
    secondary: ['attached', 'closed', 'silent', 'unsure'],
    recoveryFlushed: yesOrNo,
    evidence: ['none', 'in-force', 'marked', 'caught-up'],
    peerAtEpoch: ['yes', 'unknown'],
    fenceDue: yesOrNo,
    withdrawDue: yesOrNo,
    probeOnDisk: yesOrNo,
    switchover: yesOrNo,
    gray: yesOrNo,
  });
}

export const consentFacts = (): Generator<ConsentFacts> =>
  product<ConsentFacts>({
    kind: ['silence', 'hand-over', 'switchover'],
    sameVersion: yesOrNo,
    state: states,
    handOverKind: handOverKinds,
    named: yesOrNo,
    inSyncSet: yesOrNo,
    data,
    running: yesOrNo,
    consistent: fact,
    streamSilent: fact,
    probeFailed: fact,
    cutLately: yesOrNo,
    pastShutdown: fact,
  });

export const failoverFacts = (): Generator<FailoverFacts> =>
  product<FailoverFacts>({
    state: states,
    handOverKind: handOverKinds,
    synced: yesOrNo,
    primarySilent: fact,
    otherSilent: fact,
    otherHasData: yesOrNo,
    consent: ['none', 'given', 'refused'],
    promotionStuck: fact,
    storeTrusted: yesOrNo,
  });

export const guardFacts = (): Generator<GuardFacts> =>
  product<GuardFacts>({
    leaseOverdue: yesOrNo,
    running: yesOrNo,
    primary: yesOrNo,
    synced: yesOrNo,
    gated: yesOrNo,
    attached: fact,
  });

export const endpointFacts = (): Generator<EndpointFacts> =>
  product<EndpointFacts>({
    state: states,
    pointed: yesOrNo,
    leading: yesOrNo,
    gateOpen: fact,
    paused: yesOrNo,
    pauseOver: yesOrNo,
  });
