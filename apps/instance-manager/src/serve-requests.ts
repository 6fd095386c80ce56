import { Injectable } from '@nestjs/common';
import { controlRequests, subjects } from '@tandem/contracts';
import { Bus, serve, Served } from '@tandem/messaging';
import type { Logger } from '@tandem/platform';
import type { CreateInstanceHandler } from './create-instance/create-instance.handler';
import type { DeleteInstanceHandler } from './delete-instance/delete-instance.handler';

const SERVICE = 'instance-manager';
const requests = controlRequests[SERVICE];

/** The requests of the contracts, shared by all copies of the manager. */
@Injectable()
export class RequestServer {
  private served: Served[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly create: CreateInstanceHandler,
    private readonly remove: DeleteInstanceHandler,
    private readonly logger: Logger,
  ) {}

  start(): void {
    const onError = (err: unknown, subject: string): void =>
      this.logger.error({ err, subject }, 'A request was not carried out');
    const options = { queue: SERVICE, onError };
    const subject = (verb: keyof typeof requests): string => subjects.service(SERVICE, verb);
    this.served = [
      serve(this.bus, subject('create-instance'), options, requests['create-instance'].request, (command) =>
        this.create.handle(command),
      ),
      serve(this.bus, subject('delete-instance'), options, requests['delete-instance'].request, (command) =>
        this.remove.handle(command),
      ),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.served.map((each) => each.stop()));
  }
}
