import { faultFile } from '../support/fault-file';

faultFile("secondary's host killed", (fault) => {
  fault('is left out of syncSet before any commit is released, and comes back (R2, R3)', {
    inflict: async ({ drill, secondary, told }) => {
      await drill('kill-host', secondary);
      await told('ReplicationDegraded degrade/secondary-closed');
    },
    endFault: ({ drill, secondary }) => drill('start-host', secondary),
    expects: ['ReplicationDegraded degrade/secondary-closed', 'ReplicationRestored restore/record'],
  });
});
