import { EventLog } from '@tandem/event-log';
import { compareTrails, TrailDifference, TrailEvent } from '@tandem/lifecycle';
import { Bus } from '@tandem/messaging';
import { pause } from '@tandem/platform';
import { readRecordVersions, RecordVersions } from './read-record-versions';

export interface ReplayCheck {
  readonly records: number;
  readonly versions: number;
  readonly events: number;
  readonly differences: readonly TrailDifference[];
}

/** The log follows the record: a version that was written just now is given this time to arrive. */
const LAG_BOUND_MS = 15_000;
const LOOK_AGAIN_MS = 250;

/** R11: replays the whole log and compares it with every topology record, revision by revision. */
export async function compareLogWithRecords(bus: Bus, log: EventLog, boundMs = LAG_BOUND_MS): Promise<ReplayCheck> {
  const recorded = await readRecordVersions(bus);
  const endMs = performance.now() + boundMs;
  for (;;) {
    const check = await compareOnce(recorded, log);
    const lags = check.differences.some(({ what }) => what === 'not-logged');
    if (!lags || performance.now() > endMs) return check;
    await pause(LOOK_AGAIN_MS);
  }
}

async function compareOnce({ upTo, byInstance }: RecordVersions, log: EventLog): Promise<ReplayCheck> {
  const told = new Map<string, TrailEvent[]>();
  let events = 0;
  for (let from = 0; ;) {
    const page = await log.readAll({ from });
    events += page.length;
    for (const event of page) {
      const { instanceId, record } = event.data as { instanceId?: string; record?: { instanceId: string } };
      const id = instanceId ?? record?.instanceId ?? '';
      const known = told.get(id);
      if (known) known.push(event);
      else told.set(id, [event]);
    }
    const last = page.at(-1);
    if (!last) break;
    from = last.position;
  }
  const ids = new Set([...told.keys(), ...byInstance.keys()]);
  const differences = [...ids].flatMap((id) =>
    compareTrails(id, { events: told.get(id) ?? [], versions: byInstance.get(id) ?? [], upTo }),
  );
  const versions = [...byInstance.values()].reduce((sum, each) => sum + each.length, 0);
  return { records: byInstance.size, versions, events, differences };
}
