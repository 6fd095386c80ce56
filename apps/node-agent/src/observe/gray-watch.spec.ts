import { ProbeResult } from '@tandem/postgres';
import { GrayWatch } from './gray-watch';

const round = (app: ProbeResult['outcome']): ProbeResult[] => [
  { database: 'postgres', outcome: 'committed', reason: '' },
  { database: 'app', outcome: app, reason: app === 'failed' ? '58P01 no such file' : '' },
];
const everySecond = (watch: GrayWatch, outcomes: ProbeResult['outcome'][], fromMs = 0) =>
  outcomes.map((outcome, i) => watch.look(round(outcome), fromMs + i * 1_000)).at(-1);

describe('GrayWatch', () => {
  it('calls a node gray once the probe of one database has failed for grayAfter', () => {
    const watch = new GrayWatch();
    expect(everySecond(watch, Array(5).fill('failed'))).toBeNull();
    expect(watch.look(round('failed'), 5_000)).toEqual({ database: 'app', reason: '58P01 no such file' });
  });

  it.each(['committed', 'blind'] as const)('begins anew after a probe that was %s', (outcome) => {
    const watch = new GrayWatch();
    everySecond(watch, [...Array(5).fill('failed'), outcome]);
    expect(everySecond(watch, Array(5).fill('failed'), 6_000)).toBeNull();
  });

  it('counts nothing for the time in which the agent itself was frozen', () => {
    const watch = new GrayWatch();
    watch.look(round('failed'), 0);
    expect(watch.look(round('failed'), 60_000)).toBeNull();
  });

  it('keeps its verdict over a restart, until everything commits again', () => {
    const watch = new GrayWatch();
    everySecond(watch, Array(6).fill('failed'));
    watch.newStart();
    expect(watch.look(round('blind'), 6_000)).not.toBeNull();
    expect(watch.look(round('committed'), 7_000)).toBeNull();
  });
});
