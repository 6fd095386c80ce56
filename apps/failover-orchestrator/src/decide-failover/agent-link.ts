import { z } from 'zod';
import { agentRequests, AgentVerb, HostId, subjects } from '@tandem/contracts';
import { Bus, request } from '@tandem/messaging';
import { Result } from '@tandem/platform';

type ReplyOf<V extends AgentVerb> = z.output<(typeof agentRequests)[V]['reply']>;

/** Asks the agent of a host. Throws Transient when it is not there, UnknownOutcome when it does not answer in time. */
export async function askAgent<V extends AgentVerb>(
  bus: Bus,
  hostId: HostId,
  verb: V,
  body: z.input<(typeof agentRequests)[V]['request']>,
  timeoutMs: number,
): Promise<Result<ReplyOf<V>>> {
  const reply: z.ZodType = agentRequests[verb].reply;
  return (await request(bus, subjects.agent(hostId, verb), body, { timeoutMs, reply })) as Result<ReplyOf<V>>;
}
