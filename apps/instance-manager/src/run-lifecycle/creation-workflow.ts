import type { SecretStore } from '@tandem/event-log';
import { CreationEffect, InstanceState, nextCreationStep, StepOutcome } from '@tandem/lifecycle';
import type { Agents } from '../backends/agents';
import type { Records } from '../backends/records';
import { verifierSecret } from '../create-instance/verifier-secret';
import type { Progress } from './progress';

export type Creating = Extract<InstanceState, { status: 'creating' }>;

/** Looks and effects of a creation; what comes next is decided by nextCreationStep. */
export class CreationWorkflow {
  constructor(
    private readonly agents: Agents,
    private readonly records: Records,
    private readonly secrets: SecretStore,
    private readonly deadlineMs: number,
  ) {}

  async look({ instanceId, spec, plan, requestedAt }: Creating, progress: Progress) {
    const { look: record } = await this.records.look(instanceId);
    const { assignedNodes, assignedEndpoints, accountEnsured, lastFailure } = progress;
    // Wall-clock time: the request may be older than this process, and a wrong guess costs a creation, no data.
    const ageMs = Date.now() - Date.parse(requestedAt);
    const acknowledged = { assignedNodes, assignedEndpoints, accountEnsured };
    return nextCreationStep({ spec, plan, record, ...acknowledged, lastFailure, ageMs, deadlineMs: this.deadlineMs });
  }

  async carryOut(effect: CreationEffect, state: Creating, progress: Progress): Promise<void> {
    const { instanceId, spec, plan } = state;
    switch (effect.do) {
      case 'create-record':
        return this.records.create(instanceId, spec, plan);
      case 'assign-node':
        await this.assignNode(effect.nodeId, state);
        return void progress.assignedNodes.add(effect.nodeId);
      case 'assign-endpoint':
        await this.assignEndpoint(effect.hostId, state);
        return void progress.assignedEndpoints.add(effect.hostId);
      case 'ensure-account':
        await this.ensureAccount(effect.nodeId, state);
        progress.accountEnsured = true;
    }
  }

  private async assignNode(nodeId: string, { instanceId, spec, plan }: Creating): Promise<void> {
    const members = Object.entries(plan.nodes).map(([id, { hostId, address, port }]) => [
      id,
      { hostId, address, port },
    ]);
    const assignment = {
      instanceId,
      nodeId,
      place: plan.nodes[nodeId],
      members: Object.fromEntries(members) as Record<string, { hostId: string; address: string; port: number }>,
      edition: spec.edition,
      poolers: plan.endpointHosts.map((host) => host.hostId),
      first: plan.primary,
    };
    await this.agents.ask(plan.nodes[nodeId].hostId, 'assign-node', assignment);
  }

  private async assignEndpoint(hostId: string, { instanceId, plan }: Creating): Promise<void> {
    const { sessionPort, pooledPort, endpointHosts } = plan;
    const { address } = endpointHosts.find((host) => host.hostId === hostId)!;
    await this.agents.ask(hostId, 'assign-endpoint', { instanceId, address, sessionPort, pooledPort });
  }

  private async ensureAccount(nodeId: string, { instanceId, spec, plan }: Creating): Promise<void> {
    const verifier = await this.secrets.get(verifierSecret(instanceId));
    const { account, database } = spec;
    const body = { instanceId, nodeId, account, database, verifier: verifier.reveal() };
    await this.agents.ask(plan.nodes[nodeId].hostId, 'ensure-account', body);
  }
}

export type CreationStep = StepOutcome<CreationEffect>;
