import { compareHistories, historyFileName, parseHistory, type TimelineHistory } from './timeline-history';

const history = (timeline: number, ...path: [number, string][]): TimelineHistory => ({
  timeline,
  ancestors: path.map(([number, switchLsn]) => ({ timeline: number, switchLsn })),
});

describe('timeline histories', () => {
  it('are read from the files of PostgreSQL, blank lines and reasons left out', () => {
    const text = '1\t0/3000540\tno recovery target specified\n\n2\t0/5000000\tno recovery target specified\n';
    expect(parseHistory(3, text)).toEqual(history(3, [1, '0/3000540'], [2, '0/5000000']));
    expect(historyFileName(26)).toBe('0000001A.history');
  });

  it('call a node that stayed on the old timeline an ancestor, with the place where the other left', () => {
    const comparison = compareHistories(history(1), history(2, [1, '0/5000000']));
    expect(comparison).toEqual({ kind: 'ancestor', forkLsn: '0/5000000' });
  });

  it('tell two promotions to the same number apart by where they switched (R9)', () => {
    const comparison = compareHistories(history(2, [1, '0/6000000']), history(2, [1, '0/5000000']));
    expect(comparison).toEqual({ kind: 'diverged', forkLsn: '0/5000000' });
  });

  it('call a node that was promoted past the other diverged from where it left', () => {
    expect(compareHistories(history(2, [1, '0/5000000']), history(1))).toEqual({
      kind: 'diverged',
      forkLsn: '0/5000000',
    });
  });

  it('find the fork where both left at the same place for different numbers', () => {
    const comparison = compareHistories(history(2, [1, '0/5000000']), history(3, [1, '0/5000000']));
    expect(comparison).toEqual({ kind: 'diverged', forkLsn: '0/5000000' });
  });

  it('go on past what both have in common', () => {
    const ours = history(2, [1, '0/5000000']);
    const theirs = history(4, [1, '0/5000000'], [2, '0/7000000']);
    expect(compareHistories(ours, theirs)).toEqual({ kind: 'ancestor', forkLsn: '0/7000000' });
  });

  it('see no difference where there is none, and nothing in common where there is nothing', () => {
    expect(compareHistories(history(2, [1, '0/5']), history(2, [1, '0/5']))).toEqual({ kind: 'same' });
    expect(compareHistories(history(1), history(7))).toEqual({ kind: 'unrelated' });
  });
});
