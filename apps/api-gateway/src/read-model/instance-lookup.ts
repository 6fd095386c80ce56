import { Injectable } from '@nestjs/common';
import { HostView, instanceId, InstanceView } from '@tandem/contracts';
import { Transient } from '@tandem/platform';
import { Problem } from '../http/problem';
import { PresentInstance, ReadModel } from './read-model';

/** The read model in the words of the API: what is not there is a problem. */
@Injectable()
export class InstanceLookup {
  constructor(private readonly model: ReadModel) {}

  find(idOrName: string): PresentInstance {
    const found = this.complete().find(idOrName);
    if (!found) throw new Problem('instance-unknown', `There is no instance ${idOrName}.`);
    return found;
  }

  /** Also of an instance that is no more, by its id. */
  idOf(idOrName: string): string {
    return instanceId.safeParse(idOrName).success ? idOrName : this.find(idOrName).instanceId;
  }

  view(state: PresentInstance): InstanceView {
    return this.model.view(state);
  }

  all(): InstanceView[] {
    return this.complete().views();
  }

  hosts(): HostView[] {
    return this.complete().hosts();
  }

  /** Half a history would deny what exists. */
  private complete(): ReadModel {
    if (!this.model.caughtUp) throw new Transient('catching-up', 'the history has not been read to its end yet');
    return this.model;
  }
}
