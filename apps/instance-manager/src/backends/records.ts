import { randomUUID } from 'node:crypto';
import type { Decision, InstancePlan, InstanceSpec, TopologyRecord } from '@tandem/contracts';
import type { EventLog } from '@tandem/event-log';
import type { RecordLook } from '@tandem/lifecycle';
import { Transient, wallIso } from '@tandem/platform';
import type { RecordVersion, TopologyStore } from '@tandem/topology';

/** The manager's own hand on topology records: it creates, retires and removes them, and changes nothing else. */
export class Records {
  constructor(
    private readonly store: TopologyStore,
    private readonly log: EventLog,
  ) {}

  async read(instanceId: string): Promise<RecordVersion | null> {
    return this.store.read(instanceId);
  }

  /** A look for a workflow: what the store does not answer is unknown, never absent. */
  async look(instanceId: string): Promise<{ look: RecordLook; version: RecordVersion | null }> {
    try {
      const version = await this.store.read(instanceId);
      return { look: version?.record ?? 'absent', version };
    } catch {
      return { look: 'unknown', version: null };
    }
  }

  /** R1 Creation, expected sequence 0. Whatever comes of it, the caller looks again: no answer is taken for one. */
  async create(instanceId: string, spec: InstanceSpec, plan: InstancePlan): Promise<void> {
    const nodes = Object.entries(plan.nodes).map(([nodeId, { hostId, address, port }]) => [
      nodeId,
      { hostId, address, port },
    ]);
    const next: TopologyRecord = {
      schemaVersion: 1,
      id: randomUUID(),
      prevId: null,
      instanceId,
      edition: spec.edition,
      mode: 'semi-sync',
      epoch: 1,
      state: 'promoting',
      primary: plan.primary,
      syncSet: [],
      nodes: Object.fromEntries(nodes) as TopologyRecord['nodes'],
      incarnations: {},
      branch: null,
      decision: decision('create/record', 'a user asked for the instance'),
    };
    expectLanded(await this.store.cas({ based: null, next }), 'create the record');
  }

  /** Ends an instance: from here on no node may serve or take over. The caller looks again afterwards. */
  async retire(based: RecordVersion): Promise<void> {
    const { handOver: _over, ...kept } = based.record;
    const next: TopologyRecord = {
      ...kept,
      id: randomUUID(),
      prevId: based.record.id,
      state: 'retired',
      decision: decision('retire/deleted', 'the instance is deleted'),
    };
    expectLanded(await this.store.cas({ based, next }), 'retire the record');
  }

  /** R11: whether the event log has this version, and with it, as events are logged in order, all before it. */
  async isLogged({ record }: RecordVersion): Promise<boolean> {
    const options = { streams: [`topology:${record.instanceId}`], types: ['TopologyRetired', 'RecordSettled'] };
    return (await this.log.readAll(options)).some((event) => event.id === record.id);
  }

  remove(instanceId: string): Promise<void> {
    return this.store.remove(instanceId);
  }
}

function decision(row: string, because: string): Decision {
  return { row, because, by: 'instance-manager', at: wallIso(), facts: {} };
}

function expectLanded(answer: Awaited<ReturnType<TopologyStore['cas']>>, what: string): void {
  if (answer.outcome !== 'done') throw new Transient('record-not-changed', `${what}: ${answer.outcome}`);
}
