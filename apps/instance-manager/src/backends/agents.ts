import { agentRequests, AgentVerb, subjects } from '@tandem/contracts';
import { Bus, request } from '@tandem/messaging';
import { Transient } from '@tandem/platform';
import type { z } from 'zod';

/** Stopping PostgreSQL and removing its data takes the longest; a request that got no answer is sent again. */
const AGENT_LIMIT_MS = 15_000;

/** Requests to node-agents, all of them idempotent. */
export class Agents {
  constructor(private readonly bus: Bus) {}

  /** Resolves once the agent has done it. Throws Transient or UnknownOutcome with the reason: it is asked again. */
  async ask<V extends AgentVerb>(hostId: string, verb: V, body: z.input<(typeof agentRequests)[V]['request']>) {
    const outcome = await request(this.bus, subjects.agent(hostId, verb), body, { timeoutMs: AGENT_LIMIT_MS });
    if (!outcome.ok) throw new Transient('agent-refused', `${hostId} refused ${verb}: ${outcome.rejection.detail}`);
  }
}
