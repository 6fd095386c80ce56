import { Controller, Get, Param, Query } from '@nestjs/common';
import { operationsQuery, OperationView } from '@tandem/contracts';
import { Transient } from '@tandem/platform';
import { pageOf } from '../http/page';
import { parseInput } from '../http/parse-input';
import { Problem } from '../http/problem';
import { InstanceLookup } from '../read-model/instance-lookup';
import { ReadModel } from '../read-model/read-model';

@Controller('v1/operations')
export class OperationsController {
  constructor(
    private readonly model: ReadModel,
    private readonly lookup: InstanceLookup,
  ) {}

  /** The newest first. */
  @Get()
  list(@Query() query: unknown): { operations: OperationView[]; next: string | null } {
    const { instance, status, ...page } = parseInput(operationsQuery, query);
    this.expectHistory();
    const id = instance === undefined ? undefined : this.lookup.idOf(instance);
    const fitting = this.model.operations
      .all()
      .filter((each) => (id === undefined || each.instanceId === id) && (!status || each.status === status));
    const { items, next } = pageOf(fitting, byStart, { ...page, newestFirst: true });
    return { operations: items, next };
  }

  @Get(':id')
  show(@Param('id') id: string): OperationView {
    const operation = this.model.operations.get(id);
    if (operation) return operation;
    this.expectHistory();
    throw new Problem('not-found', `There is no operation ${id}.`);
  }

  private expectHistory(): void {
    if (!this.model.caughtUp) throw new Transient('catching-up', 'the history has not been read to its end yet');
  }
}

const byStart = ({ startedAt, id }: OperationView): string => `${startedAt} ${id}`;
