import { assertReleasedAfterRecord } from '../support/assertions';
import { either, maybe } from '../support/event-pattern';
import { faultFile } from '../support/fault-file';

faultFile("secondary's host frozen", (fault) => {
  let frozenMs = 0;
  let since = 0;
  fault('is left out of syncSet after degradeAfter, before any commit is released, and is restored (R2, R3)', {
    inflict: async ({ drill, secondary, told, instance }) => {
      since = instance.control.versions.length - 1;
      await drill('freeze-host', secondary);
      frozenMs = performance.now();
      await told('ReplicationDegraded degrade/secondary-silent');
    },
    endFault: ({ drill, secondary }) => drill('thaw-host', secondary),
    verify: ({ workload, instance }) =>
      assertReleasedAfterRecord(workload.history, frozenMs, instance.control.versions.slice(since)),
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
