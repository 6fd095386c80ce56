import { TopologyRecord } from '@tandem/contracts';
import { FaultKind, Strike } from './plan';

/** The primary served no more, or was asked to go. */
const endsPrimary: readonly FaultKind[] = ['kill-host', 'freeze-host', 'kill-postmaster', 'kill-backend'];
const detaches: readonly FaultKind[] = ['kill-host', 'freeze-host', 'kill-postmaster'];
/** The lease of the primary's host is not renewed. */
const isolates: readonly FaultKind[] = ['store-down', 'pause-store', 'pause-agent', 'kill-agent'];

export class NeedlessFailover extends Error {}

/** R10, R14: nobody takes over from a primary that serves. R6: it may fence itself when it is isolated and alone. */
export function assertNeeded(strikes: readonly Strike[], before: TopologyRecord, newest: TopologyRecord): void {
  if (newest.epoch === before.epoch) return;
  if (strikes.some(({ kind, target }) => kind === 'switchover' || (target === 'primary' && endsPrimary.includes(kind))))
    return;
  const alone = strikes.some(({ kind, target }) => target === 'secondary' && detaches.includes(kind));
  if (alone && strikes.some(({ kind }) => isolates.includes(kind))) return;
  throw new NeedlessFailover(`no-needless-failover: from epoch ${before.epoch} to ${newest.epoch}`);
}
