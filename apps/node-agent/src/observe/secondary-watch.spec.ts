import { SecondaryWatch } from './secondary-watch';
import { Silence } from './silence';

const row = (replyAgeMs: number, streaming = true) => ({ streaming, replyAgeMs });

describe('SecondaryWatch', () => {
  it('calls a row that goes right after a reply closed, so that the primary degrades at once', () => {
    const watch = new SecondaryWatch();
    expect(watch.look({ row: row(0), waitingMaxMs: 0 }, 0)).toBe('attached');
    expect(watch.look({ waitingMaxMs: 10 }, 50)).toBe('closed');
  });

  it('calls a row silent that goes after a long silence, because our own timeout ended it', () => {
    const watch = new SecondaryWatch();
    watch.look({ row: row(2500), waitingMaxMs: 0 }, 2500);
    expect(watch.look({ waitingMaxMs: 0 }, 2550)).toBe('silent');
  });

  it('calls a secondary silent once a commit has waited for degradeAfter, not before', () => {
    const watch = new SecondaryWatch();
    expect(watch.look({ row: row(100), waitingMaxMs: 1999 }, 0)).toBe('attached');
    expect(watch.look({ row: row(100), waitingMaxMs: 2000 }, 1)).toBe('silent');
  });

  it('does not call it attached again before it has said a word, so that nobody waits for it a second time', () => {
    const watch = new SecondaryWatch();
    expect(watch.look({ row: row(2000), waitingMaxMs: 2000 }, 10_000)).toBe('silent');
    expect(watch.look({ row: row(2050), waitingMaxMs: 0 }, 10_050)).toBe('silent');
    expect(watch.look({ row: row(20), waitingMaxMs: 0 }, 10_100)).toBe('attached');
  });

  it('does not count a standby that still catches up as attached', () => {
    expect(new SecondaryWatch().look({ row: row(0, false), waitingMaxMs: 0 }, 0)).toBe('unsure');
  });

  it('is unsure of a secondary never seen until degradeAfter has passed', () => {
    const watch = new SecondaryWatch();
    for (let t = 0; t < 2000; t += 50) expect(watch.look({ waitingMaxMs: 0 }, t)).toBe('unsure');
    expect(watch.look({ waitingMaxMs: 0 }, 2000)).toBe('silent');
  });

  it('counts nothing for the time in which the agent itself was frozen', () => {
    const watch = new SecondaryWatch();
    watch.look({ waitingMaxMs: 0 }, 0);
    expect(watch.look({ waitingMaxMs: 0 }, 30_000)).toBe('unsure');
  });
});

describe('Silence', () => {
  it('grows while nothing changes and starts over with every sign of life', () => {
    const silence = new Silence(500);
    expect(silence.look('a', 0)).toBe(0);
    expect(silence.look('a', 400)).toBe(400);
    expect(silence.look('b', 700)).toBe(0);
    expect(silence.look('b', 5000)).toBe(0);
  });
});
