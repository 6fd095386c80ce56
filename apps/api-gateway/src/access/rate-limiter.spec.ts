import { RateLimiter } from './rate-limiter';

describe('RateLimiter', () => {
  const rate = { perSecond: 10, burst: 3 };
  let nowMs = 0;
  let limiter: RateLimiter;
  beforeEach(() => {
    nowMs = 0;
    limiter = new RateLimiter(() => nowMs);
  });
  const take = (caller = 'a') => limiter.take(caller, rate);

  it('lets a burst through, then says how long to wait', () => {
    expect([take(), take(), take()]).toEqual([0, 0, 0]);
    expect(take()).toBe(100);
  });

  it('fills up with time, and never above the burst', () => {
    for (let i = 0; i < 4; i++) take();
    nowMs = 100;
    expect([take(), take() > 0]).toEqual([0, true]);
    nowMs = 60_000;
    expect([take(), take(), take(), take() > 0]).toEqual([0, 0, 0, true]);
  });

  it('does not make one who asks in vain wait longer', () => {
    for (let i = 0; i < 50; i++) take();
    nowMs = 100;
    expect(take()).toBe(0);
  });

  it('counts each caller for itself', () => {
    for (let i = 0; i < 4; i++) take('a');
    expect(take('b')).toBe(0);
  });

  it('keeps a bounded number of callers in mind', () => {
    for (let i = 0; i < 4; i++) take('a');
    for (let i = 0; i < 10_000; i++) take(`other-${i}`);
    expect(take('a')).toBe(0);
  });
});
