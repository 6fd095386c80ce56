import { either, interleaved, maybe, Pattern } from '../support/event-pattern';
import { hostLost, refusing, repointed } from '../support/expected';
import { FaultContext } from '../support/fault-case';
import { faultFile } from '../support/fault-file';

const order = ({ instance }: FaultContext) =>
  instance.platform.api('POST', `/v1/instances/${instance.id}/switchover`, {});

const startOld = ({ drill, primary }: FaultContext) => drill('start-host', primary);

/** The versions of a switchover that got as far as the hand-over, and the old primary's way back into the pair. */
const switched: Pattern = interleaved(
  refusing,
  [
    'PrimaryHandedOver switchover/hand-over',
    'SecondaryPromoted promote/switchover',
    'PrimaryOpened open/promoted',
    'ReplicationRestored restore/record',
  ],
  repointed,
  ['NodeRejoined rejoin/rewind'],
);
const told = (outcome: Pattern): Pattern => ['SwitchoverRequested', outcome];

faultFile('switchover, with the host of the primary killed at each of its steps', (fault) => {
  fault('undisturbed: the target takes over, the old primary follows it (R15)', {
    operator: 'switchover',
    inflict: order,
    expects: interleaved(told('SwitchoverCompleted'), switched),
  });

  const steps = [
    { step: 'handed over', state: 'handed-over' },
    { step: 'promoting', state: 'promoting' },
  ];
  for (const { step, state } of steps)
    fault(`${step}: the target takes over all the same`, {
      operator: 'switchover',
      inflict: async (context) => {
        const lost = context.at(
          `the record is ${state}`,
          (record) => record.state === state,
          () => context.drill('kill-host', context.primary),
        );
        await order(context);
        await lost;
        await context.told('FailoverCompleted');
      },
      endFault: startOld,
      expects: interleaved(told('SwitchoverCompleted'), switched),
    });

  fault('open: the target serves; the old primary rejoins when its host is back', {
    operator: 'switchover',
    inflict: async (context) => {
      const lost = context.at(
        'the next epoch is open',
        ({ state, primary }) => state === 'open' && primary === context.secondary.nodeId,
        () => context.drill('kill-host', context.primary),
      );
      await order(context);
      await lost;
      await context.told('FailoverCompleted');
    },
    endFault: startOld,
    expects: interleaved(told('SwitchoverCompleted'), [
      // It may have been restored already, and is then left out once more.
      either(switched, [
        switched,
        'ReplicationDegraded degrade/secondary-closed',
        'ReplicationRestored restore/record',
      ]),
    ]),
  });

  // The last case: the operation that lost its primary is given up only at its own bound.
  fault('requested: fails over as for a fault, or as a switchover where that had been handed over', {
    operator: 'switchover',
    inflict: async (context) => {
      await order(context);
      await context.drill('kill-host', context.primary);
      await context.told('FailoverCompleted');
    },
    endFault: startOld,
    expects: interleaved(told(maybe(either('SwitchoverFailed', 'SwitchoverCompleted'))), either(hostLost, switched)),
  });
});
