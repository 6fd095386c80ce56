import { either, interleaved, maybe, Pattern, repeated } from '../support/event-pattern';
import { ledBack, rejoined, repointed } from '../support/expected';
import { FaultContext } from '../support/fault-case';
import { faultFile } from '../support/fault-file';

/** The old primary's postmaster dies; in the moment in which the record is at `state` its successor's host goes too. */
const loseTarget = async ({ drill, primary, secondary, at }: FaultContext, state: string): Promise<void> => {
  const lost = at(
    `the record is ${state}`,
    (record) => record.state === state,
    () => drill('kill-host', secondary),
  );
  await drill('kill-postmaster', primary);
  await lost;
};
const waiting = repeated('FailoverWaiting wait/secondary-refuses');
const handOver = 'PrimaryHandedOver hand-over/postmaster-died';

/** The target had opened before it was lost: only it has everything, and it is waited for (R5). */
const openedAndLost: Pattern = interleaved(
  waiting,
  [
    handOver,
    'SecondaryPromoted promote/handed-over',
    'PrimaryOpened open/promoted',
    'FailoverWaiting wait/degraded',
    'PrimaryConfirmed confirm/alone',
    'ReplicationRestored restore/record',
  ],
  repointed,
  rejoined,
);

/** Promoted and lost before it opened: nobody has written in that epoch, the old primary begins the next (R4). The target
 * may not have been promoted at all when it was lost, and then simply follows again. */
const wayBack: Pattern = interleaved(
  waiting,
  [
    handOver,
    'SecondaryPromoted promote/handed-over',
    'PromotionWithdrawn way-back/target-lost',
    'PrimaryOpened open/promoted',
    // It was the primary before, and its names are set still: commits wait for degradeAfter.
    maybe('PrimaryConfirmed degrade/names-left'),
    'ReplicationRestored restore/record',
  ],
  repointed,
  maybe(rejoined),
  maybe('NodeFenced demote/another-primary'),
);

/** Lost before the promotion was decided: the hand-over is withdrawn (R7). */
const withdrawn: Pattern = interleaved(waiting, ledBack, [
  handOver,
  'HandOverWithdrawn withdraw/degrade',
  'ReplicationRestored restore/record',
]);

faultFile("secondary's host killed at each recorded step of its promotion", (fault) => {
  const untilServed = ({ at }: FaultContext) =>
    at(
      'somebody serves, or is waited for',
      (record) => record.state === 'open',
      () => undefined,
    );

  fault('handed over: the hand-over is withdrawn', {
    inflict: async (context) => {
      const served = untilServed(context);
      await loseTarget(context, 'handed-over');
      await served;
    },
    endFault: ({ drill, secondary }) => drill('start-host', secondary),
    expects: either(withdrawn, wayBack, openedAndLost),
  });

  fault('promoting: the way back', {
    inflict: async (context) => {
      const served = untilServed(context);
      await loseTarget(context, 'promoting');
      await served;
    },
    endFault: ({ drill, secondary }) => drill('start-host', secondary),
    expects: either(wayBack, openedAndLost),
  });

  fault('open: nobody else has everything, so it is waited for', {
    inflict: async (context) => {
      const lost = context.at(
        'the next epoch is open',
        ({ state, primary }) => state === 'open' && primary === context.secondary.nodeId,
        () => context.drill('kill-host', context.secondary),
      );
      await context.drill('kill-postmaster', context.primary);
      await lost;
      await context.told('FailoverWaiting wait/degraded');
    },
    endFault: ({ drill, secondary }) => drill('start-host', secondary),
    expects: openedAndLost,
  });
});
