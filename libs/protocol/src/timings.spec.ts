import { inequalities, Timings, timings } from './timings';

const broken = (t: Timings): string[] => inequalities(t).flatMap(([sentence, holds]) => (holds ? [] : [sentence]));

test('every inequality holds for the defaults', () => expect(broken(timings)).toEqual([]));

/** For each inequality one value that breaks it; a mutant may break others too. */
const mutants: [string, Partial<Timings>][] = [
  ['sessionRenew <= suspect / 4', { sessionRenew: 301 }],
  ['casTimeout < 500', { casTimeout: 500 }],
  ['silent > wal_receiver_timeout / 2 + 100 + round trip', { silent: 900 }],
  ['suspect >= 4 x sessionRenew', { suspect: 999 }],
  ['wal_receiver_timeout > silent', { walReceiverTimeout: 1200 }],
  ['degradeAfter > silent + directProbe', { degradeAfter: 1500 }],
  ['wal_sender_timeout > min(degradeAfter, 2000) + 1000', { walSenderTimeout: 3000 }],
  ['attachedWindow >= 2 x status interval + 1000', { attachedWindow: 2999 }],
  ['attachedWindow < fence', { attachedWindow: 10000 }],
  ['fence > store election + attachedWindow', { fence: 7900 }],
  ['fence > restart of an agent', { fence: 2000 }],
  ['consentExpiry >= 2 x casTimeout + a take-over', { consentExpiry: 1599 }],
  ['withdrawAfter > consentExpiry + wal_retrieve_retry_interval', { withdrawAfter: 2500 }],
  ['pauseLimit < query_wait_timeout', { pauseLimit: 60000 }],
];

test.each(mutants)('%s can be false', (sentence, mutant) => {
  expect(broken({ ...timings, ...mutant })).toContain(sentence);
});

test('every inequality has its mutant', () => {
  expect(mutants.map(([sentence]) => sentence)).toEqual(inequalities(timings).map(([sentence]) => sentence));
});
