import { either, maybe } from '../support/event-pattern';
import { faultFile } from '../support/fault-file';

faultFile("secondary's host frozen", (fault) => {
  fault('is left out of syncSet after degradeAfter, and is restored when it thaws (R2, R3)', {
    inflict: async ({ drill, secondary, told }) => {
      await drill('freeze-host', secondary);
      await told('ReplicationDegraded degrade/secondary-silent');
    },
    endFault: ({ drill, secondary }) => drill('thaw-host', secondary),
    expects: [
      'ReplicationDegraded degrade/secondary-silent',
      'ReplicationRestored restore/record',
      // The thawed receiver may be taken back on the old connection, which then ends by its own timeouts.
      maybe([
        either('ReplicationDegraded degrade/secondary-closed', 'ReplicationDegraded degrade/secondary-silent'),
        'ReplicationRestored restore/record',
      ]),
    ],
  });
});
