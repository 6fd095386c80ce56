import { Controller, Get, Param } from '@nestjs/common';
import type { OperationView } from '@tandem/contracts';
import { Transient } from '@tandem/platform';
import { Problem } from '../http/problem';
import { ReadModel } from '../read-model/read-model';

@Controller('v1/operations')
export class OperationsController {
  constructor(private readonly model: ReadModel) {}

  @Get(':id')
  show(@Param('id') id: string): OperationView {
    const operation = this.model.operations.get(id);
    if (operation) return operation;
    if (!this.model.caughtUp) throw new Transient('catching-up', 'the history has not been read to its end yet');
    throw new Problem('not-found', `There is no operation ${id}.`);
  }
}
