import { randomBytes } from 'node:crypto';
import { Permanent, Transient } from '@tandem/platform';
import { JetStreamClient, JetStreamManager, PubAck } from 'nats';
import { isWrongLastSequence, unreachable } from './nats-failure';
import { SELF_TEST_STREAM, selfTestSubject } from './store-streams';

const RACERS = 50;

/** R12: exactly one of the racers wins. `lost` counts proven refusals; anything else proves nothing. */
export function judgeRace(results: readonly PromiseSettledResult<unknown>[]): 'fit' | 'unfit' | 'unclear' {
  const won = results.filter((result) => result.status === 'fulfilled').length;
  const lost = results.filter((result) => result.status === 'rejected' && isWrongLastSequence(result.reason)).length;
  if (won > 1) return 'unfit';
  return won === 1 && lost === results.length - 1 ? 'fit' : 'unclear';
}

/**
 * Races 50 updates on one expected sequence of a scratch subject (updates, not creations: those were never seen to
 * fail). Throws Permanent when more than one wins, Transient when the store did not answer all of them.
 */
export async function raceCompareAndSets(js: JetStreamClient, jsm: JetStreamManager): Promise<void> {
  const subject = selfTestSubject(randomBytes(8).toString('hex'));
  const base = await js.publish(subject, 'base').catch((error: unknown) => {
    throw unreachable('self-test', error);
  });
  const attempt = (): Promise<PubAck> =>
    js.publish(subject, 'racer', { expect: { lastSubjectSequence: base.seq }, timeout: 5000 });
  const results = await Promise.allSettled(Array.from({ length: RACERS }, attempt));
  await jsm.streams.purge(SELF_TEST_STREAM, { filter: subject }).catch(() => undefined);
  const verdict = judgeRace(results);
  if (verdict === 'unfit')
    throw new Permanent('topology-cas-broken', 'several racing compare-and-sets on one sequence won: R12 forbids this');
  if (verdict === 'unclear') throw new Transient('topology-self-test-unclear', 'the self-test was not fully answered');
}
