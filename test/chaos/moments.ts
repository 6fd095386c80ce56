import { setTimeout as delay } from 'node:timers/promises';
import { TopologyRecord } from '@tandem/contracts';
import { TestInstance } from '../support/test-instance';
import { Moment } from './plan';

const LOOK_EVERY_MS = 10;

const versions: Partial<Record<Moment, (record: TopologyRecord, epoch: number) => boolean>> = {
  'handed-over': ({ state }) => state === 'handed-over',
  promoting: ({ state }) => state === 'promoting',
  opened: ({ state, epoch }, before) => state === 'open' && epoch > before,
  degraded: ({ state, syncSet }) => state === 'open' && syncSet.length === 0,
  restored: ({ decision }) => decision.row === 'restore/record',
};

/** Waits for a moment; to be called before the fault that brings it about. False when it did not come in time. */
export async function momentOf(
  instance: TestInstance,
  moment: Moment,
  { ended, withinMs }: { ended: Promise<unknown>; withinMs: number },
): Promise<boolean> {
  const { control } = instance;
  const fits = versions[moment];
  if (fits) {
    const { epoch } = control.record;
    return control.when(moment, (record) => fits(record, epoch), () => true, withinMs).catch(() => false); // prettier-ignore
  }
  if (moment === 'ended') await ended;
  if (moment === 'restoring') return restoring(instance, withinMs);
  return true;
}

async function restoring({ control, roles }: TestInstance, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    const report = await control.report(roles.primary.nodeId);
    if (report?.row?.startsWith('restore/')) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}
