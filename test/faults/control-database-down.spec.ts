import { handedOver } from '../support/expected';
import { faultFile } from '../support/fault-file';

faultFile('control database down during a failover', (fault) => {
  fault('does not hold the failover up; every event is told afterwards, once and in order (R11)', {
    inflict: async ({ drill, primary, at }) => {
      await drill('control-down');
      const opened = at(
        'the next epoch is open',
        (record) => record.state === 'open' && record.primary !== primary.nodeId,
        () => performance.now(),
      );
      await drill('kill-postmaster', primary);
      await opened;
    },
    endFault: ({ drill }) => drill('control-up'),
    expects: handedOver,
  });
});
