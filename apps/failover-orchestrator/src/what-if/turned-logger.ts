import { randomUUID } from 'node:crypto';
import { InstanceId, WhatIfReport } from '@tandem/contracts';
import { EventLog } from '@tandem/event-log';
import { Turned, turned } from './turned';

interface Told {
  version: number;
  bad: ReadonlySet<string>;
}

const PAGE = 1_000;

/**
 * Tells what has turned, once for each change: what was told last stands in the log itself, and the expected version
 * keeps two copies of the orchestrator, or one before and after its restart, from telling the same twice.
 */
export class TurnedLogger {
  private readonly told = new Map<InstanceId, Told>();
  private readonly looks = new Map<InstanceId, ReadonlyMap<string, boolean>>();

  constructor(private readonly events: EventLog) {}

  async look({ instanceId, epoch, answers }: WhatIfReport): Promise<void> {
    const before = this.looks.get(instanceId) ?? null;
    this.looks.set(instanceId, new Map(answers.map(({ name, bad }) => [name, bad])));
    const told = this.told.get(instanceId) ?? (await this.last(instanceId));
    this.told.set(instanceId, told);
    for (const change of turned(told.bad, before, answers)) await this.tell(instanceId, epoch, change);
  }

  forget(instanceId: InstanceId): void {
    this.told.delete(instanceId);
    this.looks.delete(instanceId);
  }

  private async tell(instanceId: InstanceId, epoch: number, { type, answers, bad }: Turned): Promise<void> {
    const told = this.told.get(instanceId);
    if (!told) return;
    const said = answers.map(({ name, outcome, lossBytes, row, because }) => ({
      name,
      outcome,
      lossBytes,
      row,
      because,
    }));
    const event = {
      id: randomUUID(),
      type,
      data: { instanceId, epoch, answers: said, bad: [...bad] },
      meta: { actor: 'service:failover-orchestrator' },
    };
    const appended = await this.events.append(`what-if:${instanceId}`, told.version, [event]);
    // Another copy has told something since: what it said is read before the next look.
    if (!appended.ok) this.told.delete(instanceId);
    else this.told.set(instanceId, { version: appended.version, bad: new Set(bad) });
  }

  private async last(instanceId: InstanceId): Promise<Told> {
    let told: Told = { version: 0, bad: new Set() };
    for (let fromVersion = 1; ; fromVersion += PAGE) {
      const page = await this.events.readStream(`what-if:${instanceId}`, { fromVersion, limit: PAGE });
      const newest = page.at(-1);
      if (newest) told = { version: newest.version, bad: new Set((newest.data as { bad: string[] }).bad) };
      if (page.length < PAGE) return told;
    }
  }
}
