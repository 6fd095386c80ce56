import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { ChangeInstance, CreateInstance, DeleteInstance } from '@tandem/contracts';
import type { RequestContext } from '@tandem/messaging';
import { ChangeInstanceHandler } from './change-instance/change-instance.handler';
import { CreateInstanceHandler } from './create-instance/create-instance.handler';
import { DeleteInstanceHandler } from './delete-instance/delete-instance.handler';

/** The requests of the contracts, shared by all copies of the manager; each is checked before it comes here. */
@Controller()
export class InstanceRequests {
  constructor(
    private readonly creation: CreateInstanceHandler,
    private readonly deletion: DeleteInstanceHandler,
    private readonly change: ChangeInstanceHandler,
  ) {}

  @MessagePattern('create-instance')
  createInstance(@Payload() command: CreateInstance, @Ctx() { deadline }: RequestContext) {
    return this.creation.handle(command, deadline);
  }

  @MessagePattern('delete-instance')
  deleteInstance(@Payload() command: DeleteInstance, @Ctx() { deadline }: RequestContext) {
    return this.deletion.handle(command, deadline);
  }

  @MessagePattern('change-instance')
  changeInstance(@Payload() command: ChangeInstance, @Ctx() { deadline }: RequestContext) {
    return this.change.handle(command, deadline);
  }
}
