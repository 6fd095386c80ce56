import type { EventView } from '@tandem/contracts';
import type { EventSelection } from '@tandem/event-log';
import { concerns } from '../read-model/event-feed';

/** The same choice as the event log makes, for events that are in memory. */
export function fits(event: EventView, selection: EventSelection): boolean {
  const { instanceId, types, streams, since, until } = selection;
  if (instanceId !== undefined && !concerns(event, instanceId)) return false;
  if (types && !types.includes(event.type)) return false;
  if (streams && !streams.includes(event.stream)) return false;
  // All times are in UTC with milliseconds: text compares like time.
  return (since === undefined || event.at >= since) && (until === undefined || event.at < until);
}
