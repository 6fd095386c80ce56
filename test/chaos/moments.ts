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
  if (moment === 'restoring') return reported(instance, 'restore/', withinMs);
  if (moment === 'rejoining') return reported(instance, 'rejoin/', withinMs);
  return true;
}

/** Any node says that it is at work on such a row. */
async function reported({ control, places }: TestInstance, row: string, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    const reports = await Promise.all(places.map(({ nodeId }) => control.report(nodeId)));
    if (reports.some((report) => report?.row?.startsWith(row))) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}
