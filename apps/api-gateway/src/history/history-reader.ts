import { Injectable } from '@nestjs/common';
import { instanceId } from '@tandem/contracts';
import { InstanceMoment, MomentSearch } from '@tandem/lifecycle';
import { EventLogLink } from '../backends/event-log-link';
import { Problem } from '../http/problem';
import { holderOf, instanceNames } from './instance-names.projection';

const PAGE = 1_000;

/** Replays the events of one instance, from the first one, out of the event log. */
@Injectable()
export class HistoryReader {
  constructor(private readonly log: EventLogLink) {}

  /** By id, or by the name that it had then: an instance that is no more keeps its history. */
  async idOf(idOrName: string, at: string | number): Promise<string> {
    if (instanceId.safeParse(idOrName).success) return idOrName;
    const holder = await this.log.readProjection(instanceNames.name, (client) => holderOf(client, idOrName, at));
    if (holder === null) throw new Problem('instance-unknown', `No instance had the name ${idOrName} then.`);
    return holder;
  }

  async momentOf(id: string, at: string | number): Promise<InstanceMoment> {
    const search = new MomentSearch(at);
    for (let from = 0; ;) {
      const page = await this.log.read({ instanceId: id, from, limit: PAGE });
      for (const event of page) search.take(event);
      const last = page.at(-1);
      if (page.length < PAGE || !last) break;
      from = last.position;
    }
    if (search.found.position === 0) throw new Problem('instance-unknown', `There was no instance ${id} then.`);
    return search.found;
  }
}
