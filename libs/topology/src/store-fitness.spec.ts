import { NatsError } from 'nats';
import { judgeRace } from './cas-self-test';
import { purgeBound } from './purge-record';
import { assertServerFit } from './server-fitness';
import { sessionStream, streamFaults, topologyStream } from './store-streams';

describe('the fitness of a server (R12)', () => {
  it.each(['2.9.10', '2.10.26', '2.10.27-RC.1', '1.99.99', 'unreadable', ''])('refuses %s with replicas', (version) => {
    expect(() => assertServerFit(version, 3)).toThrow(/lets several compare-and-sets win/);
  });

  it.each(['2.10.27', '2.10.28', '2.11.0', '2.12.0-preview.1', '3.0.0'])('takes %s with replicas', (version) => {
    expect(() => assertServerFit(version, 3)).not.toThrow();
  });

  it('takes 2.9.10 with one replica, where it was never seen to fail', () => {
    expect(() => assertServerFit('2.9.10', 1)).not.toThrow();
  });
});

describe('the settings of a stream', () => {
  it('takes what it would make itself, as the server tells it: without what is false or empty', () => {
    for (const wanted of [topologyStream(1), sessionStream(1)]) {
      const { allow_direct: _false, ...told } = wanted;
      expect(streamFaults(told, wanted)).toEqual([]);
    }
  });

  it.each([
    ['allow_direct', true],
    ['max_msgs_per_subject', 64],
    ['max_age', 1],
    ['max_bytes', 1000],
    ['max_msgs', 1000],
    ['discard', 'old'],
    ['storage', 'memory'],
    ['subjects', ['topology.>']],
    ['sources', [{ name: 'other' }]],
  ])('refuses a stream of records with another %s', (key, value) => {
    expect(streamFaults({ ...topologyStream(1), [key]: value }, topologyStream(1))).toHaveLength(1);
  });
});

describe('the race of the self-test', () => {
  const won = { status: 'fulfilled', value: {} } as const;
  const failed = (code?: number) => {
    const reason = new NatsError('x', 'y');
    if (code) reason.api_error = { code: 400, err_code: code, description: '' };
    return { status: 'rejected', reason } as const;
  };

  it.each([
    ['one winner, the others refused', [won, failed(10071), failed(10071)], 'fit'],
    ['two winners', [won, failed(10071), won], 'unfit'],
    ['two winners and an unanswered one', [won, won, failed()], 'unfit'],
    ['an unanswered one, which may have won', [won, failed(10071), failed()], 'unclear'],
    ['no winner', [failed(10071), failed(10071)], 'unclear'],
  ])('judges %s', (_what, results, verdict) => {
    expect(judgeRace(results)).toBe(verdict);
  });
});

describe('the bound of a purge (R11)', () => {
  const sequences = Array.from({ length: 70 }, (_, i) => 10 + 2 * i);

  it('keeps the last 64 versions of what is all logged', () => {
    expect(purgeBound(sequences, 1000)).toBe(sequences[6]);
  });

  it('keeps what is not logged', () => {
    expect(purgeBound(sequences, 14)).toBe(14);
  });

  it('purges nothing of 64 versions or fewer', () => {
    expect(purgeBound(sequences.slice(0, 64), 1000)).toBe(0);
    expect(purgeBound([], 1000)).toBe(0);
  });
});
