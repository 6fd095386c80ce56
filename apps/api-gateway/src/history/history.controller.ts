import { Controller, Get, Param, Query } from '@nestjs/common';
import { historyQuery, HistoryView } from '@tandem/contracts';
import { utc } from '../events/utc';
import { parseInput } from '../http/parse-input';
import { HistoryReader } from './history-reader';
import { historyView } from './history-view';

@Controller('v1/instances')
export class HistoryController {
  constructor(private readonly reader: HistoryReader) {}

  @Get(':idOrName/history')
  async at(@Param('idOrName') idOrName: string, @Query() query: unknown): Promise<HistoryView> {
    const { at: asked = Number.MAX_SAFE_INTEGER } = parseInput(historyQuery, query);
    const at = typeof asked === 'number' ? asked : utc(asked);
    const id = await this.reader.idOf(idOrName, at);
    return historyView(id, await this.reader.momentOf(id, at));
  }
}
