import { bootId } from '@tandem/platform';
import { Deadline } from './deadline';

const far = 9_000_000_000_000;
const foreignBoot = '00000000-0000-0000-0000-000000000000';

describe('a deadline', () => {
  it('travels as text and keeps what is left of it', () => {
    const left = Deadline.parse(String(Deadline.in(5_000)))!.remainingMs();
    expect(left).toBeGreaterThan(4_000);
    expect(left).toBeLessThanOrEqual(5_000);
  });

  it('rests on the monotonic clock on one machine, however the wall clock was set', () => {
    expect(() => Deadline.parse(`${bootId()} 1 ${far}`)!.expectAhead()).toThrow(/passed \d+ ms ago/);
    expect(() => Deadline.parse(`${bootId()} ${far} 1`)!.expectAhead()).not.toThrow();
  });

  it('rests on the wall clock between machines, whose monotonic clocks say nothing about each other', () => {
    expect(() => Deadline.parse(`${foreignBoot} ${far} 1`)!.expectAhead()).toThrow();
    expect(() => Deadline.parse(`${foreignBoot} 1 ${far}`)!.expectAhead()).not.toThrow();
  });

  it.each(['', 'soon', '1 2 3', `${foreignBoot} -1 5`, `${foreignBoot} 1 ${'9'.repeat(40)}`])('is not %j', (text) => {
    expect(Deadline.parse(text)).toBeNull();
  });
});
