import type { InstancePlan } from '@tandem/contracts';
import { DeletionEffect, nextDeletionStep, StepOutcome } from '@tandem/lifecycle';
import { monotonicMs } from '@tandem/platform';
import type { RecordVersion } from '@tandem/topology';
import type { Agents } from '../backends/agents';
import type { Records } from '../backends/records';
import type { Progress } from './progress';

/** What is to go: an instance that is deleted, or one whose creation is given up. */
export interface Going {
  readonly instanceId: string;
  readonly plan: InstancePlan;
}

/** Looks and effects of a deletion; what comes next is decided by nextDeletionStep. */
export class DeletionWorkflow {
  constructor(
    private readonly agents: Agents,
    private readonly records: Records,
  ) {}

  async look({ instanceId, plan }: Going, progress: Progress): Promise<StepOutcome<DeletionEffect>> {
    const { look: record, version } = await this.records.look(instanceId);
    const { releasedEndpoints, releasedNodes } = progress;
    const allReleased =
      releasedEndpoints.size === plan.endpointHosts.length && releasedNodes.size === Object.keys(plan.nodes).length;
    if (allReleased) progress.onlyRecordLeftSinceMs ??= monotonicMs();
    const since = progress.onlyRecordLeftSinceMs;
    return nextDeletionStep({
      plan,
      record,
      releasedEndpoints,
      releasedNodes,
      recordLogged: allReleased && (await this.isLogged(version)),
      onlyRecordLeftMs: since === null ? null : monotonicMs() - since,
    });
  }

  async carryOut(effect: DeletionEffect, { instanceId, plan }: Going, progress: Progress): Promise<void> {
    switch (effect.do) {
      case 'release-endpoint':
        await this.agents.ask(effect.hostId, 'release-endpoint', { instanceId });
        return void progress.releasedEndpoints.add(effect.hostId);
      case 'retire-record': {
        const version = await this.records.read(instanceId);
        return version ? this.records.retire(version) : undefined;
      }
      case 'release-node': {
        const { nodeId } = effect;
        await this.agents.ask(plan.nodes[nodeId].hostId, 'release-node', { instanceId, nodeId });
        return void progress.releasedNodes.add(nodeId);
      }
      case 'remove-record':
        return this.records.remove(instanceId);
    }
  }

  private async isLogged(version: RecordVersion | null): Promise<boolean> {
    if (version?.record.state !== 'retired') return false;
    return this.records.isLogged(version).catch(() => false);
  }
}
