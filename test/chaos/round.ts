import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventView } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { assertAcknowledgedKept, assertOneAcknowledges, assertSeenKept, openedPrimaries } from '../support/assertions';
import { lineOf, recordOf } from '../support/event-tokens';
import { finalRows } from '../support/final-rows';
import { rowKey } from '../support/history';
import { TestInstance } from '../support/test-instance';
import { Workload } from '../support/workload';
import { Attack, attack } from './attack';
import { assertNeeded } from './needless';
import { Strike } from './plan';
import { Readers } from './readers';
import { assertCalls, assertTrail } from './trail';
import { assertWaited } from './waiting';
import { Wire } from './wire';

/** Whole again after the last fault has ended, without anybody's call (the bound). */
const HEAL_BOUND_MS = 60_000;
/** A fault that nobody has noticed yet looks whole: so for this long nothing may change either. Past suspect and degradeAfter. */
const STEADY_MS = 2_500;
const LOG_BOUND_MS = 15_000;

/** What one round has shown; `error` where a promise was broken. */
export interface RoundReport {
  readonly faults: object[];
  readonly acked: number;
  readonly lost: number;
  readonly healedMs?: number;
  readonly clientErrors: number;
  readonly error?: Error;
  readonly events: readonly EventView[];
}

/** One round: clients at work, the faults, everything back, whole again, and every promise looked at. */
export async function runRound(instance: TestInstance, wire: Wire, strikes: readonly Strike[]): Promise<RoundReport> {
  const { history, workload, from, before } = await begin(instance);
  const readers = new Readers(instance);
  let made: Attack | undefined;
  let healedMs: number | undefined;
  let lost = 0;
  let error: Error | undefined;
  const beganMs = performance.now();
  try {
    made = await attack(instance, strikes);
    healedMs = (await becomesSteady(instance, made.overMs + HEAL_BOUND_MS)) - made.overMs;
    await workload.flows();
    await Promise.all([workload.stop(), readers.stop()]);
    const rows = await finalRows(instance);
    lost = history.acknowledged.filter((ack) => !rows.has(rowKey(ack))).length;
    assertAcknowledgedKept(history, rows);
    assertSeenKept(history, rows);
    assertSeenKept(readers.history, rows);
    const newest = instance.control.record;
    const logged = async () => newest.id === before.id || (await instance.eventsAfter(from)).some(({ id }) => id === newest.id); // prettier-ignore
    await eventually('the log tells the newest version', logged, LOG_BOUND_MS);
    const events = await instance.eventsAfter(from);
    const records = [before, ...events.flatMap((event) => recordOf(event) ?? [])];
    assertOneAcknowledges(history, openedPrimaries(records));
    assertNeeded(strikes, before, newest);
    assertWaited(history, records, made);
    assertTrail(events, before, newest);
    await wire.assertTold(await instance.position());
    assertCalls(events, strikes.filter(({ kind }) => kind === 'switchover').length);
  } catch (thrown) {
    error = thrown as Error;
    const file = join(instance.platform.place.dataDir, 'chaos-history.json');
    writeFileSync(file, JSON.stringify({ originMs: performance.timeOrigin, acknowledged: history.acknowledged }));
  } finally {
    await Promise.all([workload.stop(), readers.stop()]);
  }
  return {
    faults: (made?.struck ?? strikes).map((strike) => briefOf(strike, beganMs)),
    acked: history.acknowledged.length,
    lost,
    ...(healedMs === undefined ? {} : { healedMs: Math.round(healedMs) }),
    clientErrors: history.errorCount,
    ...(error ? { error } : {}),
    events: error ? await instance.eventsAfter(from).catch(() => []) : [],
  };
}

async function begin(instance: TestInstance) {
  await instance.becomesWhole(HEAL_BOUND_MS);
  const workload = await Workload.start(instance);
  try {
    await workload.busy();
    return { workload, history: workload.history, from: await instance.position(), before: instance.control.record };
  } catch (error) {
    await workload.stop();
    throw error;
  }
}

/** When the instance had become whole for good; throws at `untilMs`. */
async function becomesSteady(instance: TestInstance, untilMs: number): Promise<number> {
  for (;;) {
    await instance.becomesWhole(Math.max(untilMs - performance.now(), 0));
    const wholeMs = performance.now();
    const { id } = instance.control.record;
    const changed = await instance.control.when('another version', (record) => record.id !== id, () => true, STEADY_MS).catch(() => false); // prettier-ignore
    if (!changed && (await instance.isWhole())) return wholeMs;
  }
}

/** A fault in the line of its round, with times in ms since the round began. */
function briefOf(strike: Strike & Partial<Attack['struck'][number]>, beganMs: number): object {
  const { kind, place, service, target, moment, afterMs, lastsMs, atMs, doneMs, refused, late } = strike;
  const since = (ms?: number) => (ms === undefined ? {} : { atMs: Math.round(ms - beganMs) });
  const took = atMs !== undefined && doneMs !== undefined ? { tookMs: Math.round(doneMs - atMs) } : {};
  const whom = { target: target ?? service, ...(place?.nodeId ? { nodeId: place.nodeId, hostId: place.hostId } : {}) };
  return { kind, ...whom, moment, afterMs, lastsMs, ...since(atMs), ...took, ...(late ? { late } : {}), refused };
}

export const tracesOf = ({ events }: RoundReport): string[] => events.map((event) => `  ${lineOf(event)}`);
