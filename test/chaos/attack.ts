import { setTimeout as delay } from 'node:timers/promises';
import { TestInstance } from '../support/test-instance';
import { bringBack, inflict, placeOf, Struck } from './faults';
import { momentOf } from './moments';
import { Strike } from './plan';

/** A transition that the fault before has caused begins within this time, or never. */
const MOMENT_BOUND_MS = 6_000;

export interface Attack {
  readonly struck: readonly Struck[];
  /** When hosts came back, thawed or started: whatever was said of them before holds no longer. */
  readonly returns: readonly { hostId?: string; atMs: number }[];
  /** Everything is back. */
  readonly overMs: number;
}

/** Makes the faults of one round, each in its moment, ends each after its time, and then brings everything back. */
export async function attack(instance: TestInstance, strikes: readonly Strike[]): Promise<Attack> {
  const struck: Struck[] = [];
  const returns: { hostId?: string; atMs: number }[] = [];
  const endings: Promise<unknown>[] = [];
  let ended: Promise<unknown> = Promise.resolve();
  let moment: Promise<boolean> = Promise.resolve(true);
  for (const [at, strike] of strikes.entries()) {
    const late = !(await moment);
    if (strike.afterMs > 0) await delay(strike.afterMs);
    let end: () => void = () => undefined;
    ended = new Promise<void>((resolve) => (end = resolve));
    const next = strikes[at + 1];
    // Armed before the fault: what it causes may come before the drill has answered.
    if (next) moment = momentOf(instance, next.moment, { ended, withinMs: MOMENT_BOUND_MS + strike.lastsMs });
    const place = placeOf(instance, strike);
    const atMs = performance.now();
    const begun = inflict(instance, strike, place).then(
      (undo) => {
        struck.push({ ...strike, place, atMs, doneMs: performance.now(), ...(late ? { late } : {}) });
        endings.push(endLater(strike.lastsMs, undo, place.hostId).finally(end));
      },
      (error: Error) => {
        struck.push({ ...strike, place, atMs, refused: error.message, ...(late ? { late } : {}) });
        end();
      },
    );
    endings.push(begun);
    // A fault at the same time does not wait for the drill of the one before.
    if (next && next.moment !== 'at-once') await begun;
  }
  // Endings are added while the last drills answer.
  for (let done = 0; done < endings.length; done++) await endings[done];
  returns.push({ atMs: performance.now() });
  await bringBack(instance);
  return { struck, returns, overMs: performance.now() };

  async function endLater(lastsMs: number, undo: () => Promise<unknown>, hostId?: string): Promise<void> {
    if (lastsMs > 0) await delay(lastsMs);
    returns.push({ hostId, atMs: performance.now() });
    // Another fault has taken its object away; bringBack sees to it.
    await undo().catch(() => undefined);
  }
}
