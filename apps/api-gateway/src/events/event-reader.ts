import { Injectable } from '@nestjs/common';
import { EventPage, EventView, instanceId } from '@tandem/contracts';
import type { EventSelection } from '@tandem/event-log';
import { Transient, UnknownOutcome } from '@tandem/platform';
import { EventLogLink } from '../backends/event-log-link';
import { InstanceLookup } from '../read-model/instance-lookup';
import { ReadModel } from '../read-model/read-model';
import { fits } from './event-selection';
import { utc } from './utc';

/** What a request may choose by, as its query says it. */
export interface AskedFor {
  readonly instance?: string | undefined;
  readonly type?: readonly string[] | undefined;
  readonly stream?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Pages of the history: from memory where that reaches, from the event log otherwise. */
@Injectable()
export class EventReader {
  constructor(
    private readonly model: ReadModel,
    private readonly log: EventLogLink,
    private readonly lookup: InstanceLookup,
  ) {}

  /** An instance by id also when it is no more: its history stays. */
  selection({ instance, type: types, stream: streams, since, until }: AskedFor): EventSelection {
    return {
      instanceId: instance === undefined ? undefined : this.idOf(instance),
      types,
      streams,
      since: since === undefined ? undefined : utc(since),
      until: until === undefined ? undefined : utc(until),
    };
  }

  /** The newest; while the control database is away those that memory holds. */
  async newest(count: number, selection: EventSelection): Promise<EventPage> {
    const { feed } = this.model;
    const next = feed.lastPosition;
    const recent = feed.newest(count, (event) => fits(event, selection));
    if (recent.length === count || feed.whole) return { events: recent, next };
    const reading = this.log.read({ ...selection, to: next, limit: count, newest: true });
    const events = await reading.catch((error: unknown) => {
      if (error instanceof Transient || error instanceof UnknownOutcome) return recent;
      throw error;
    });
    return { events, next };
  }

  async after(position: number, limit: number, selection: EventSelection): Promise<EventPage> {
    const recent = this.model.caughtUp ? this.model.feed.after(position) : null;
    if (recent === null) return this.logged(position, limit, selection);
    const last = recent.at(-1)?.position ?? position;
    return page(recent.filter((event) => fits(event, selection)), limit, last); // prettier-ignore
  }

  private async logged(from: number, limit: number, selection: EventSelection): Promise<EventPage> {
    // Read first: what is appended meanwhile belongs to the next page.
    const to = await this.log.lastPosition();
    return page(await this.log.read({ ...selection, from, to, limit }), limit, Math.max(from, to));
  }

  private idOf(idOrName: string): string {
    return instanceId.safeParse(idOrName).success ? idOrName : this.lookup.find(idOrName).instanceId;
  }
}

/** `seen` is how far was looked: an answer that is not full leaves nothing out up to there. */
function page(found: readonly EventView[], limit: number, seen: number): EventPage {
  const events = found.slice(0, limit);
  return { events, next: events.length === limit ? (events.at(-1)?.position ?? seen) : seen };
}
