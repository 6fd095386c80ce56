import { TopologyRecord } from '@tandem/contracts';
import { assertNeeded } from './needless';
import { FaultKind, Strike, Target } from './plan';

const epoch = (epoch: number) => ({ epoch }) as TopologyRecord;
const strike = (kind: FaultKind, target?: Target) => ({ kind, target }) as Strike;
const after =
  (...strikes: Strike[]) =>
  () =>
    assertNeeded(strikes, epoch(3), epoch(4));

describe('a new epoch', () => {
  it('is needed where the primary was struck, or is alone and isolated', () => {
    expect(after(strike('freeze-host', 'primary'))).not.toThrow();
    expect(after(strike('switchover'))).not.toThrow();
    expect(after(strike('kill-host', 'secondary'), strike('store-down'))).not.toThrow();
  });

  it('is needless where the primary serves and nobody but services, agents or the secondary was struck', () => {
    expect(after(strike('kill-agent', 'primary'), strike('store-down'))).toThrow('no-needless-failover');
    expect(after(strike('freeze-host', 'secondary'), strike('control-down'))).toThrow('no-needless-failover');
    expect(() => assertNeeded([strike('store-down')], epoch(3), epoch(3))).not.toThrow();
  });
});
