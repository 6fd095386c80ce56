import { InstanceId, TopologyRecord } from '@tandem/contracts';
import { EventLog } from '@tandem/event-log';
import { eventOfVersion, failoverIdOfVersion } from '@tandem/protocol';
import { RecordVersion } from '@tandem/topology';

const PAGE = 1_000;

/**
 * R11: every version of every record becomes exactly one event, whose id is the version's own. What the event is
 * called depends on the version before it, which after a restart is found in the log itself.
 */
export class VersionLogger {
  private readonly last = new Map<InstanceId, TopologyRecord | null>();

  constructor(private readonly events: EventLog) {}

  async log({ seq, record }: RecordVersion): Promise<void> {
    const before = await this.before(record);
    const appended = await this.events.append(`topology:${record.instanceId}`, 'any', [
      {
        id: record.id,
        type: eventOfVersion(before, record),
        data: { revision: seq, record },
        meta: { actor: record.decision.by, correlationId: failoverIdOfVersion(before, record) },
      },
    ]);
    if (!appended.ok) throw new Error(appended.rejection.detail);
    this.last.set(record.instanceId, record);
  }

  private async before(record: TopologyRecord): Promise<TopologyRecord | null> {
    const known = this.last.get(record.instanceId);
    if (known !== undefined) return known;
    let found: TopologyRecord | null = null;
    for (let fromVersion = 1; ; fromVersion += PAGE) {
      const page = await this.events.readStream(`topology:${record.instanceId}`, { fromVersion, limit: PAGE });
      for (const { id, data } of page) {
        const version = data as { record?: TopologyRecord };
        // A redelivered version is in the log already; what counts is the one before it.
        if (version.record && id !== record.id) found = version.record;
        if (id === record.id) return found;
      }
      if (page.length < PAGE) return found;
    }
  }
}
