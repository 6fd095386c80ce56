import { Injectable } from '@nestjs/common';
import { EventPage, EventView, instanceId } from '@tandem/contracts';
import { EventLogLink } from '../backends/event-log-link';
import { concerns } from '../read-model/event-feed';
import { InstanceLookup } from '../read-model/instance-lookup';
import { ReadModel } from '../read-model/read-model';

const PAGE = 1_000;
/** How far one request looks for events of one instance; the answer's `next` goes on from there. */
const PAGES_MAX = 20;

export type EventFilter = (event: EventView) => boolean;

/** Pages of the history: from memory where that reaches, from the event log otherwise. */
@Injectable()
export class EventReader {
  constructor(
    private readonly model: ReadModel,
    private readonly log: EventLogLink,
    private readonly lookup: InstanceLookup,
  ) {}

  /** By id also for instances that are no more: their history stays. */
  filter(idOrName: string | undefined): EventFilter {
    if (idOrName === undefined) return () => true;
    const id = instanceId.safeParse(idOrName).success ? idOrName : this.lookup.find(idOrName).instanceId;
    return (event) => concerns(event, id);
  }

  newest(count: number, fits: EventFilter): EventPage {
    return { events: this.model.feed.newest(count, fits), next: this.model.feed.lastPosition };
  }

  async after(position: number, limit: number, fits: EventFilter): Promise<EventPage> {
    const events: EventView[] = [];
    let next = position;
    for (let page = 0; page < PAGES_MAX && events.length < limit; page++) {
      const found = await this.pageAfter(next);
      for (const event of found) {
        if (events.length === limit) break;
        if (fits(event)) events.push(event);
        next = event.position;
      }
      if (found.length === 0) break;
    }
    return { events, next };
  }

  private async pageAfter(position: number): Promise<EventView[]> {
    const recent = this.model.caughtUp ? this.model.feed.after(position) : null;
    return recent ?? (await this.log.readAfter(position, PAGE));
  }
}
