import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@tandem/testkit';
import { assertClosedUntil } from '../assertions';
import { LoginProbe } from '../login-probe';
import { Scenario, undoAll } from './scenario';

const BOUND_MS = 30_000;
/** Time for recovery and for many logins; without the store the gate stays closed for ever. */
const WATCHED_MS = 5_000;

/** A primary alone is started again while the store is away: what it has read before does not open its gate. */
export const openWithoutOwnCas: Scenario = {
  rule: 'R1: a node serves only after its own CAS of this start of the postmaster; no read is enough',
  assertion: 'opened-by-own-cas',
  undo: undoAll,
  run: async (instance) => {
    const { platform, control, roles } = instance;
    const degraded = control.when('degraded', ({ syncSet }) => syncSet.length === 0, () => undefined, BOUND_MS); // prettier-ignore
    await platform.drill('kill-host', roles.secondary);
    await degraded;
    await platform.drill('store-down');
    const confirmed = control.when(
      'the primary has confirmed by its own CAS',
      ({ decision }) => decision.row.startsWith('confirm/'),
      () => performance.now(),
      2 * BOUND_MS,
    );
    await platform.drill('kill-postmaster', roles.primary);
    const probe = new LoginProbe(instance, roles.primary.nodeId);
    try {
      await delay(WATCHED_MS);
      await platform.drill('store-up');
      const openMs = await confirmed;
      await eventually('clients come in again', () => probe.logins.some((one) => one.startMs > openMs), BOUND_MS);
      assertClosedUntil('opened-by-own-cas', probe.logins, openMs);
    } finally {
      await probe.stop();
    }
  },
};
