import { HostSession } from '@tandem/contracts';
import { timings } from '@tandem/protocol';
import fc from 'fast-check';
import { JudgeLimits, JudgeState, SessionSighting, judgePoll, verdictAt } from './session-judge';

const limits: JudgeLimits = { suspectMs: timings.suspect, gapMs: 200, staleMs: 400 };
const HOST = 'host-a1';
const session: HostSession = {
  hostId: HOST,
  zone: 'zone-a',
  roles: ['database'],
  address: '127.0.1.11',
  bootId: 'boot',
  agentPid: 1,
  beat: 1,
};
const seen = (revision: number): SessionSighting => ({ kind: 'session', revision, session });

interface Step {
  /** Pause since the last answer, ms. */
  readonly idle?: number;
  /** How long the store takes to answer, ms. */
  readonly takes?: number;
  readonly sighting: SessionSighting;
}

/** Plays polls, 100 ms after each other and answered in 2 ms where the step does not say otherwise. */
function play(steps: readonly Step[]): { state: JudgeState; now: number } {
  let [state, now]: [JudgeState, number] = [new Map(), 0];
  for (const { idle = 100, takes = 2, sighting } of steps) {
    const sentAtMs = now + idle;
    now = sentAtMs + takes;
    state = judgePoll(state, { sentAtMs, answeredAtMs: now, sightings: new Map([[HOST, sighting]]) }, limits);
  }
  return { state, now };
}

const judged = (steps: readonly Step[], laterMs = 0) => {
  const { state, now } = play(steps);
  return verdictAt(state, HOST, now + laterMs, limits);
};
const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);
const alive: Step[] = [{ sighting: seen(1) }, { sighting: seen(2) }];
const quiet: Step = { sighting: seen(2) };
const failed: Step = { sighting: { kind: 'failed' }, takes: 300 };

describe('the judge of host sessions', () => {
  it('does not know a host that it never saw', () => {
    expect(verdictAt(new Map(), HOST, 0, limits)).toEqual({ silentMs: 0, silent: 'unknown', session: null });
  });

  it('does not take a first sight for life: the session may be an old one', () => {
    expect(judged([{ sighting: seen(1) }])).toEqual({ silentMs: 0, silent: 'unknown', session });
  });

  it('says no once a renewal was seen', () => {
    expect(judged(alive)).toEqual({ silentMs: 0, silent: 'no', session });
  });

  it('counts the pauses between polls, and says yes at the suspect time and not before', () => {
    expect(judged([...alive, ...times(11, quiet)])).toMatchObject({ silentMs: 1100, silent: 'no' });
    expect(judged([...alive, ...times(12, quiet)])).toMatchObject({ silentMs: 1200, silent: 'yes' });
  });

  it('suspects also a host whose session was never renewed while it was observed', () => {
    expect(judged([{ sighting: seen(1) }, ...times(12, { sighting: seen(1) })])).toMatchObject({ silent: 'yes' });
  });

  it('begins again at each changed revision, also at a lower one', () => {
    const almost = [...alive, ...times(12, quiet)];
    expect(judged([...almost, { sighting: seen(3) }])).toMatchObject({ silentMs: 0, silent: 'no' });
    expect(judged([...almost, { sighting: seen(1) }])).toMatchObject({ silentMs: 0, silent: 'no' });
  });

  it('counts nothing while the store does not answer', () => {
    const steps = [...alive, ...times(5, quiet), ...times(2, failed)];
    expect(judged(steps)).toMatchObject({ silentMs: 500 });
    expect(judged([...steps, quiet])).toMatchObject({ silentMs: 600, silent: 'no' });
  });

  it('counts nothing of the time that the store takes for its answers', () => {
    expect(judged([...alive, ...times(10, { ...quiet, takes: 290 })])).toMatchObject({ silentMs: 1000, silent: 'no' });
  });

  it('counts nothing of a freeze of the observer', () => {
    expect(judged([...alive, { ...quiet, idle: 201 }])).toMatchObject({ silentMs: 0 });
    expect(judged([...alive, { ...quiet, idle: 200 }])).toMatchObject({ silentMs: 200 });
    expect(judged([...alive, { ...quiet, idle: 30_000 }])).toMatchObject({ silentMs: 0 });
  });

  it('gives every host the whole time again after an outage as long as the suspect time', () => {
    const outage = [...alive, ...times(11, quiet), ...times(4, failed)];
    expect(judged([...outage, quiet])).toMatchObject({ silentMs: 0, silent: 'unknown' });
  });

  it('does not know anything any more when the leader has not answered for a while', () => {
    const suspect = [...alive, ...times(13, quiet)];
    expect(judged(suspect, 400)).toMatchObject({ silent: 'yes' });
    expect(judged(suspect, 401)).toMatchObject({ silent: 'unknown' });
    expect(judged([...suspect, { ...failed, takes: 301 }])).toMatchObject({ silent: 'unknown' });
  });

  it('does not know a host whose session the store has lost', () => {
    const suspect = [...alive, ...times(13, quiet)];
    expect(judged([...suspect, { sighting: { kind: 'absent' } }])).toMatchObject({ silent: 'unknown', session: null });
  });

  it('keeps hosts apart', () => {
    const both = new Map([
      [HOST, seen(1)],
      ['host-b1', { kind: 'failed' } as const],
    ]);
    const state = judgePoll(new Map(), { sentAtMs: 0, answeredAtMs: 1, sightings: both }, limits);
    expect(verdictAt(state, 'host-b1', 1, limits).silent).toBe('unknown');
    expect(verdictAt(state, HOST, 1, limits).session).toEqual(session);
  });

  it('never counts more than the time that truly passed since the last sight of a new revision', () => {
    const step = fc.record({
      idle: fc.integer({ min: 0, max: 400 }),
      takes: fc.integer({ min: 0, max: 400 }),
      sighting: fc.oneof(fc.integer({ min: 1, max: 3 }).map(seen), fc.constant({ kind: 'failed' as const })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let [now, changedAt, revision] = [0, 0, 0];
        for (const [index, { idle, takes, sighting }] of steps.entries()) {
          const sentAt = now + idle;
          now = sentAt + takes;
          const changed = sighting.kind === 'session' && sighting.revision !== revision;
          if (sighting.kind === 'session') revision = sighting.revision;
          if (changed) changedAt = now;
          expect(judged(steps.slice(0, index + 1)).silentMs).toBeLessThanOrEqual(Math.max(0, sentAt - changedAt));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never suspects a host that renews in time whenever the store is there', () => {
    const phase = fc.record({
      upMs: fc.integer({ min: 800, max: 4000 }),
      downMs: fc.integer({ min: 0, max: 8000 }),
    });
    const pauses = fc.array(fc.integer({ min: 90, max: 3000 }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(phase, { minLength: 1, maxLength: 6 }), pauses, (phases, observerPauses) => {
        expect(simulate(phases, observerPauses)).not.toContain('yes');
      }),
      { numRuns: 300 },
    );
  });
});

/** A store that is there and away by turns, a host that renews each 250 ms while it is there, an observer that freezes. */
function simulate(phases: readonly { upMs: number; downMs: number }[], observerPauses: readonly number[]): string[] {
  const period = phases.reduce((sum, { upMs, downMs }) => sum + upMs + downMs, 0);
  const isUp = (at: number): boolean => {
    let rest = at % period;
    for (const { upMs, downMs } of phases) {
      if (rest < upMs) return true;
      rest -= upMs + downMs;
      if (rest < 0) return false;
    }
    return true;
  };
  const renewals: number[] = [];
  const end = observerPauses.reduce((sum, ms) => sum + ms + 302, 0) * 2;
  for (let at = 0; at <= end; at += 250) if (isUp(at)) renewals.push(at);
  let [state, now]: [JudgeState, number] = [new Map(), 0];
  const verdicts: string[] = [];
  for (const idle of observerPauses.flatMap((ms) => [ms, 100])) {
    const sentAtMs = now + idle;
    const up = isUp(sentAtMs);
    now = sentAtMs + (up ? 2 : 300);
    const sighting = up ? seen(renewals.filter((at) => at <= sentAtMs).length) : ({ kind: 'failed' } as const);
    state = judgePoll(state, { sentAtMs, answeredAtMs: now, sightings: new Map([[HOST, sighting]]) }, limits);
    verdicts.push(verdictAt(state, HOST, now, limits).silent);
  }
  return verdicts;
}
