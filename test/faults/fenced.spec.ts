import { join } from 'node:path';
import { processesUsing } from '@tandem/host';
import { eventually } from '@tandem/testkit';
import { either, interleaved, maybe } from '../support/event-pattern';
import { FaultContext } from '../support/fault-case';
import { faultFile } from '../support/fault-file';
import { freezeAgent, thawAgent } from '../support/frozen-agent';

/** The fence time of 10 s, and what a stop may take. */
const FENCED_WITHIN_MS = 25_000;

/** Nobody can renew a session, and nobody streams: another node might have been opened, for all that the primary knows. */
async function isolate({ drill, secondary }: FaultContext): Promise<void> {
  await drill('store-down');
  await drill('kill-host', secondary);
}

/** No process of the data directory is left; what is started again after that comes back behind a closed gate. */
async function stops({ instance, primary }: FaultContext): Promise<void> {
  const data = join(instance.platform.paths.host(primary.hostId), 'nodes', primary.nodeId, 'data');
  const before = processesUsing(data);
  const ended = () => !before.some((pid) => processesUsing(data).includes(pid));
  await eventually('the primary has stopped itself', ended, FENCED_WITHIN_MS);
}

async function rejoinAll({ drill, secondary }: FaultContext): Promise<void> {
  await drill('store-up');
  await drill('start-host', secondary);
}

const settled = maybe('RecordSettled settle/unanswered');
/** It serves again with the secondary, or alone where that one comes later. */
const servesAgain = either('PrimaryConfirmed confirm/recovered', [
  either('ReplicationDegraded degrade/secondary-silent', 'ReplicationDegraded degrade/secondary-closed'),
  'ReplicationRestored restore/record',
]);

faultFile('NATS away and the secondary lost at the same time', (fault) => {
  fault('the primary fences itself, and comes back by itself once the store answers (R6)', {
    inflict: async (context) => {
      await isolate(context);
      await stops(context);
    },
    endFault: rejoinAll,
    // Agent and guard count the same silence: whoever looks first stops it.
    expects: interleaved(either('NodeFenced fence/self', 'NodeFenced guard/fence'), [settled, servesAgain]),
  });

  fault('the guard fences it while its agent is frozen too (R6)', {
    inflict: async (context) => {
      freezeAgent(context.primary.hostId);
      await isolate(context);
      await stops(context);
    },
    endFault: async (context) => {
      thawAgent(context.primary.hostId);
      await rejoinAll(context);
    },
    expects: interleaved('NodeFenced guard/fence', [settled, servesAgain]),
  });
});
