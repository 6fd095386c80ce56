import { TopologyRecord } from '@tandem/contracts';
import { AtRiskClock } from './at-risk-clock';

const version = (change: Partial<TopologyRecord>) =>
  ({ instanceId: 'pg-aaaaaaaa', edition: 'ha', state: 'open', syncSet: ['b'], ...change }) as TopologyRecord;

describe('the time at risk', () => {
  it('runs while syncSet is empty or nobody serves, and not while the pair is whole', () => {
    let now = 0;
    const clock = new AtRiskClock(() => now);
    const after = (ms: number, change: Partial<TopologyRecord>) => {
      now += ms;
      clock.learn(version(change));
    };
    after(0, {});
    after(100, { state: 'handed-over' });
    after(50, { state: 'promoting', syncSet: [] });
    after(200, { state: 'open', syncSet: [] });
    after(1_000, {});
    now += 5_000;
    expect(clock.totals()).toEqual([['pg-aaaaaaaa', 1_250]]);
  });

  it('goes on between two versions, and ends with the instance', () => {
    let now = 0;
    const clock = new AtRiskClock(() => now);
    clock.learn(version({ syncSet: [] }));
    now = 700;
    expect(clock.totals()).toEqual([['pg-aaaaaaaa', 700]]);
    clock.learn(version({ state: 'retired' }));
    expect(clock.totals()).toEqual([]);
  });

  it('says nothing of Basic, where nobody ever could take over', () => {
    const clock = new AtRiskClock(() => 0);
    clock.learn(version({ edition: 'basic', syncSet: [] }));
    expect(clock.totals()).toEqual([]);
  });
});
