import { EventView, TopologyRecord } from '@tandem/contracts';

/** The record that an event tells, where it is the event of a version. */
export const recordOf = ({ data }: EventView): TopologyRecord | undefined =>
  data['record'] as TopologyRecord | undefined;

/** An event as patterns name it: its type, then the row that decided it where one did. */
export function tokenOf(event: EventView): string {
  const row = recordOf(event)?.decision.row ?? (event.data['row'] as string | undefined);
  return row ? `${event.type} ${row}` : event.type;
}

/** One line for people. */
export function lineOf(event: EventView): string {
  const record = recordOf(event);
  const detail = record
    ? `epoch ${record.epoch} ${record.state} ${record.primary} [${record.syncSet.join()}]`
    : JSON.stringify(event.data).slice(0, 200);
  return `${event.at} ${tokenOf(event)}  ${detail}`;
}
