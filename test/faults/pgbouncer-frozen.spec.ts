import { commandLine, listProcesses, workingDirectory } from '@tandem/simhost';
import { faultFile } from '../support/fault-file';

faultFile('the PgBouncers of the endpoint stand still', (fault) => {
  fault('are ended and started again, since they answer nobody', {
    inflict: async ({ instance, workload }) => {
      const ours = listProcesses().filter(
        ({ pid }) => commandLine(pid).includes('pgbouncer') && workingDirectory(pid)?.includes(instance.id),
      );
      expect(ours).toHaveLength(2);
      ours.forEach(({ pid }) => process.kill(pid, 'SIGSTOP'));
      await workload.flows();
    },
    expects: [],
  });
});
