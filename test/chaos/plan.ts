import { Random } from './random';

/** Whom a fault strikes, by its role in the moment of the strike. */
export type Target = 'primary' | 'secondary' | 'endpoint';

/** In which moment a fault strikes: at once, or in the middle of what the fault before it has caused. */
export type Moment =
  | 'at-once'
  | 'handed-over'
  | 'promoting'
  | 'opened'
  | 'degraded'
  /** The fault before has ended. */
  | 'ended'
  /** The primary works on a restore: names in force, not recorded yet. */
  | 'restoring'
  | 'restored'
  /** The other node is rewound or copied anew. */
  | 'rejoining';

export type FaultKind =
  | 'kill-host'
  | 'freeze-host'
  | 'kill-postmaster'
  | 'kill-backend'
  | 'kill-agent'
  | 'pause-agent'
  | 'kill-guard'
  | 'kill-pgbouncer'
  | 'store-down'
  | 'pause-store'
  | 'control-down'
  | 'kill-service'
  | 'service-down'
  | 'pause-service'
  | 'switchover';

export interface Strike {
  readonly kind: FaultKind;
  readonly target?: Target;
  readonly service?: string;
  readonly moment: Moment;
  /** After the moment. */
  readonly afterMs: number;
  /** 0: it ends by itself. */
  readonly lastsMs: number;
}

type Range = readonly [fromMs: number, toMs: number];

const SERVICES = ['failover-orchestrator', 'health-monitor', 'api-gateway', 'instance-manager'] as const;

/** Below the suspect time, around degradeAfter and withdrawAfter, and past the fence (libs/protocol, timings). */
const short: Range = [200, 1_300];
const middle: Range = [1_300, 4_500];
const long: Range = [9_000, 14_000];
/** A process is stopped for about as long as a CAS may take, or until clients give their connection up. */
const pause: Range = [250, 2_500];

const lasting: readonly FaultKind[] = ['kill-host', 'freeze-host', 'store-down', 'control-down', 'service-down'];
const paused: readonly FaultKind[] = ['pause-store', 'pause-agent', 'pause-service'];

const anything = [
  [4, 'kill-host'],
  [4, 'freeze-host'],
  [3, 'kill-postmaster'],
  [1, 'kill-backend'],
  [2, 'kill-agent'],
  [2, 'pause-agent'],
  [1, 'kill-guard'],
  [1, 'kill-pgbouncer'],
  [3, 'store-down'],
  [3, 'pause-store'],
  [1, 'control-down'],
  [2, 'kill-service'],
  [2, 'service-down'],
  [2, 'pause-service'],
  [2, 'switchover'],
] as const satisfies readonly (readonly [number, FaultKind])[];

/** The faults of one round: drawn from the seed and the number of the round alone. */
export function planRound(seed: number, round: number): Strike[] {
  const random = new Random(seed, round);
  const strike = (kind: FaultKind, moment: Moment, target?: Target): Strike => ({
    kind,
    ...placed(random, kind, target),
    moment,
    afterMs: random.pick([
      [2, 0],
      [2, random.between(1, 60)],
      [1, random.between(60, 800)],
    ]),
    lastsMs: lastsMs(random, kind),
  });
  const any = (moment: Moment, target?: Target): Strike => strike(random.pick(anything), moment, target);
  const shape = random.pick([
    [1, 'one'],
    [2, 'two-at-once'],
    [4, 'during-transition'],
    [3, 'during-restore'],
    [3, 'unanswered'],
    [3, 'lost-in-turn'],
    [4, 'chain'],
    [2, 'three'],
  ] as const);
  if (shape === 'one') return [any('at-once')];
  if (shape === 'two-at-once') return [any('at-once'), any('at-once')];
  if (shape === 'during-transition') {
    const cause = random.pick(failoverCauses);
    // Nobody hands over for a host that is silent.
    const silent = cause === 'kill-host' || cause === 'freeze-host';
    return [strike(cause, 'at-once', 'primary'), any(random.pick(silent ? transitions.slice(1) : transitions))];
  }
  if (shape === 'during-restore')
    return [strike(random.pick(degradeCauses), 'at-once', 'secondary'), any(random.pick(restores))];
  if (shape === 'unanswered') {
    const [kind, target, moment] = random.pick(casCauses);
    return [strike(kind, 'at-once', target), strike(random.pick(storeFaults), random.pick(moment))];
  }
  if (shape === 'chain') return chain(random, strike);
  if (shape === 'lost-in-turn') return lostInTurn(random, strike);
  return [any('at-once'), any(random.pick(anyMoment)), any(random.pick(anyMoment))];
}

const failoverCauses = [
  [3, 'kill-postmaster'],
  [2, 'kill-host'],
  [2, 'freeze-host'],
  [2, 'switchover'],
] as const;
const degradeCauses = [
  [2, 'kill-host'],
  [1, 'freeze-host'],
  [2, 'kill-postmaster'],
] as const;
const transitions: [number, Moment][] = [[3, 'handed-over'], [3, 'promoting'], [3, 'opened']]; // prettier-ignore
const restores: [number, Moment][] = [[2, 'degraded'], [2, 'ended'], [4, 'restoring'], [2, 'restored'], [2, 'rejoining']]; // prettier-ignore
const anyMoment: [number, Moment][] = [[3, 'at-once'], [1, 'ended'], ...transitions, ...restores];
const storeFaults = [[1, 'store-down'], [1, 'pause-store']] as const; // prettier-ignore
/** A fault that makes somebody send a CAS, and the moments around it in which the store may go away. */
const casCauses: [number, [FaultKind, Target, [number, Moment][]]][] = [
  [3, ['kill-postmaster', 'primary', [[2, 'at-once'], [2, 'handed-over'], [2, 'promoting']]]],
  [3, ['kill-host', 'secondary', [[3, 'at-once'], [1, 'restoring'], [1, 'degraded']]]],
  [1, ['freeze-host', 'secondary', [[1, 'at-once'], [1, 'degraded']]]],
  [1, ['kill-host', 'primary', [[1, 'at-once'], [1, 'promoting'], [1, 'opened']]]],
  [1, ['switchover', 'primary', [[1, 'at-once'], [2, 'handed-over'], [1, 'promoting'], [1, 'opened']]]],
]; // prettier-ignore

/** Each fault strikes in the middle of what the one before has caused: promotion upon promotion, rewind upon rewind. */
function chain(random: Random, strike: (kind: FaultKind, moment: Moment, target?: Target) => Strike): Strike[] {
  const links = Array.from({ length: random.between(2, 3) }, () => {
    const node = random.pick([[1, 'primary'], [1, 'secondary']] as const); // prettier-ignore
    return strike(random.pick(nodeFaults), random.pick(chained), node);
  });
  return [strike(random.pick(failoverCauses), 'at-once', 'primary'), ...links];
}
const nodeFaults = [[3, 'kill-host'], [2, 'kill-postmaster'], [2, 'freeze-host'], [2, 'kill-agent'], [1, 'pause-agent']] as const; // prettier-ignore
const chained: [number, Moment][] = [[2, 'promoting'], [2, 'opened'], [3, 'rejoining'], [2, 'restoring'], [1, 'restored']]; // prettier-ignore

/**
 * Whoever stays behind alone serves, is lost too, and the first one comes back before it: it must not take over with what
 * it has, unless everything is there. Something else happens in the moment in which that is decided.
 */
function lostInTurn(random: Random, strike: (kind: FaultKind, moment: Moment, target?: Target) => Strike): Strike[] {
  const first = strike(random.pick(hostFaults), 'at-once', 'secondary');
  const between = strike(random.pick(disturbances), 'at-once', 'primary');
  const last = strike(random.pick(hostFaults), random.pick([[2, 'at-once'], [2, 'degraded']] as const), 'primary'); // prettier-ignore
  const afterMs = random.between(0, 2_500);
  // Away for longer than the first one is.
  return [first, between, { ...last, afterMs, lastsMs: first.lastsMs + random.between(500, 5_000) }];
}
const hostFaults = [[2, 'kill-host'], [1, 'freeze-host']] as const; // prettier-ignore
const disturbances = [[2, 'store-down'], [2, 'pause-store'], [2, 'kill-agent'], [1, 'pause-agent'], [1, 'kill-postmaster']] as const; // prettier-ignore

function placed(random: Random, kind: FaultKind, target?: Target): Pick<Strike, 'target' | 'service'> {
  const node = random.pick([[3, 'primary'], [2, 'secondary']] as const); // prettier-ignore
  const service = random.pick([[4, SERVICES[0]], [2, SERVICES[1]], [1, SERVICES[2]], [1, SERVICES[3]]] as const); // prettier-ignore
  const onEndpoint = random.next() < 0.1;
  switch (kind) {
    case 'kill-postmaster':
    case 'pause-agent':
    case 'kill-guard':
      return { target: target ?? node };
    case 'kill-host':
    case 'freeze-host':
    case 'kill-agent':
      return { target: target ?? (onEndpoint ? 'endpoint' : node) };
    case 'kill-backend':
      return { target: 'primary' };
    case 'kill-pgbouncer':
      return { target: 'endpoint' };
    case 'kill-service':
    case 'service-down':
    case 'pause-service':
      return { service };
    default:
      return {};
  }
}

function lastsMs(random: Random, kind: FaultKind): number {
  if (paused.includes(kind)) return random.between(...random.pick([[4, pause], [1, middle], [1, long]] as const)); // prettier-ignore
  if (!lasting.includes(kind)) return 0;
  return random.between(...random.pick([[3, short], [4, middle], [2, long]] as const)); // prettier-ignore
}
