import { Controller, Get, Query } from '@nestjs/common';
import { EventPage, eventQuery } from '@tandem/contracts';
import { parseInput } from '../http/parse-input';
import { EventReader } from './event-reader';

@Controller('v1/events')
export class EventsController {
  constructor(private readonly reader: EventReader) {}

  @Get()
  page(@Query() query: unknown): EventPage | Promise<EventPage> {
    const { after, last, limit, ...asked } = parseInput(eventQuery, query);
    const selection = this.reader.selection(asked);
    return last === undefined ? this.reader.after(after ?? 0, limit, selection) : this.reader.newest(last, selection);
  }
}
