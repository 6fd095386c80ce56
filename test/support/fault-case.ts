import { EventView } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { assertAcknowledgedKept, assertOneAcknowledges, assertSeenKept, openedPrimaries } from './assertions';
import { matchEvents, Pattern } from './event-pattern';
import { lineOf, recordOf, tokenOf } from './event-tokens';
import { finalRows } from './final-rows';
import { keepData } from './keep-mark';
import { TestInstance } from './test-instance';
import { Workload } from './workload';

/** Everything must be whole again within this time after the end of the fault (the bound). */
const HEAL_BOUND_MS = 60_000;
/** The log follows the record; it is complete a moment after the instance is whole. */
const LOG_BOUND_MS = 15_000;

export interface FaultContext {
  readonly instance: TestInstance;
  /** Roles as they were before the fault. */
  readonly primary: { nodeId: string; hostId: string };
  readonly secondary: { nodeId: string; hostId: string };
  readonly workload: Workload;
  drill(verb: string, target?: object): Promise<unknown>;
  /** Calls `act` in the moment in which a version of the record fits. */
  at<T>(what: string, fits: (record: TestInstance['control']['record']) => boolean, act: () => T): Promise<T>;
  /** Waits for an event of this run by its token. */
  told(token: string, withinMs?: number): Promise<EventView>;
}

export interface FaultCase {
  readonly expects: Pattern;
  readonly inflict: (context: FaultContext) => Promise<unknown>;
  /** Ends what does not end by itself; also called when the fault itself went wrong, so that the next case can run. */
  readonly endFault?: (context: FaultContext) => Promise<unknown>;
  /** What must hold besides the promises that every case is held to. */
  readonly verify?: (context: FaultContext) => void;
  /** A planned switchover is the only call of an operator that a case may contain. */
  readonly operator?: 'switchover';
}

/** Runs one fault under load, waits until the instance is whole again, and checks every promise. */
export async function runFault(instance: TestInstance, fault: FaultCase): Promise<void> {
  let from = await instance.position();
  let workload: Workload | undefined;
  try {
    await instance.becomesWhole(HEAL_BOUND_MS);
    workload = await Workload.start(instance);
    await workload.busy();
    from = await instance.position();
    const before = instance.control.record;
    workload.mustBeBusy();
    const context = contextOf(instance, workload, from);
    try {
      await fault.inflict(context);
    } finally {
      await fault.endFault?.(context);
    }
    const healedByMs = performance.now() + HEAL_BOUND_MS;
    // The log tells that the fault has shown: before that the instance looks whole because nobody has noticed yet.
    await eventually('the expected events', () => isToldOrWrong(instance, from, fault), HEAL_BOUND_MS);
    await instance.becomesWhole(healedByMs - performance.now());
    await workload.flows();
    await workload.stop();
    const rows = await finalRows(instance);
    assertAcknowledgedKept(workload.history, rows);
    assertSeenKept(workload.history, rows);
    fault.verify?.(context);
    await eventually('the log tells every version', () => isLogged(instance, before.id, from), LOG_BOUND_MS);
    const events = await instance.eventsAfter(from);
    const records = [before, ...events.flatMap((event) => recordOf(event) ?? [])];
    assertOneAcknowledges(workload.history, openedPrimaries(records));
    await assertEvents(instance, from, fault);
  } catch (error) {
    throw await withTraces(instance, from, workload, error as Error);
  } finally {
    await workload?.stop();
  }
}

function contextOf(instance: TestInstance, workload: Workload, from: number): FaultContext {
  const told = async (token: string): Promise<EventView | undefined> =>
    (await instance.eventsAfter(from)).find((event) => tokenOf(event) === token);
  return {
    instance,
    workload,
    ...instance.roles,
    drill: (verb, target) => instance.platform.drill(verb, target),
    at: (what, fits, act) => instance.control.when(what, fits, act, HEAL_BOUND_MS),
    told: (token, withinMs = HEAL_BOUND_MS) => eventually(`event ${token}`, () => told(token), withinMs),
  };
}

async function isLogged(instance: TestInstance, idBefore: string, from: number): Promise<boolean> {
  const { id } = instance.control.record;
  return id === idBefore || (await instance.eventsAfter(from)).some((event) => event.id === id);
}

async function matched(instance: TestInstance, from: number, { expects }: FaultCase) {
  // What would be if is told of every degradation and its end, by the live what-if and in its own time.
  const events = (await instance.eventsAfter(from)).filter(({ type }) => !type.startsWith('WhatIf'));
  return { events, match: matchEvents(expects, events.map(tokenOf)) };
}

async function isToldOrWrong(instance: TestInstance, from: number, fault: FaultCase): Promise<boolean> {
  return (await matched(instance, from, fault)).match.verdict !== 'incomplete';
}

/** What was expected, nothing else, and no operator's call but the one that the case is about. */
async function assertEvents(instance: TestInstance, from: number, fault: FaultCase): Promise<void> {
  await eventually('the expected events are complete', () => isToldOrWrong(instance, from, fault), LOG_BOUND_MS);
  const { events, match } = await matched(instance, from, fault);
  if (match.verdict === 'wrong') throw new Error(`not expected here: ${lineOf(events[match.at])}`);
  const calls = events.filter(({ type }) => type.endsWith('Requested')).map(({ type }) => type);
  expect(calls).toEqual(fault.operator ? ['SwitchoverRequested'] : []);
}

async function withTraces(instance: TestInstance, from: number, workload: Workload | undefined, error: Error) {
  keepData(instance.platform.place.dataDir);
  const events = await instance.eventsAfter(from).catch(() => []);
  const { history } = workload ?? {};
  const clients = history && {
    acknowledged: history.acknowledged.length,
    seen: history.seen.size,
    errors: Object.fromEntries(history.errors),
  };
  return new Error(
    [
      error.message,
      `Events of ${instance.id}:`,
      ...events.map((event) => `  ${lineOf(event)}`),
      `Clients: ${JSON.stringify(clients)}`,
      `Logs: ${instance.platform.paths.logs}`,
    ].join('\n'),
    { cause: error },
  );
}
