import { z } from 'zod';
import { agentRequests, AgentVerb, subjects } from '@tandem/contracts';
import { Bus, serve } from '@tandem/messaging';
import { accepted, Logger, rejected, Result } from '@tandem/platform';
import type { Agent } from '../agent.service';
import { EndpointController } from '../endpoint/endpoint-controller';
import { NodeController } from '../node/node-controller';

type Handlers = {
  [V in AgentVerb]: (body: z.output<(typeof agentRequests)[V]['request']>) => Promise<Result<unknown>>;
};

/** Answers every request of the contracts for this host; a handler is one line, the work is elsewhere. */
export function serveRequests(bus: Bus, hostId: string, agent: Agent, log: Logger): void {
  const node = <T>(nodeId: string, use: (found: NodeController) => Promise<Result<T>>) => {
    const found = agent.nodes.get(nodeId);
    return found ? use(found) : Promise.resolve(rejected('node-unknown', `This host does not run ${nodeId}`));
  };
  const endpoint = <T>(instanceId: string, use: (found: EndpointController) => Promise<Result<T>>) => {
    const found = agent.endpoints.get(instanceId);
    return found ? use(found) : Promise.resolve(rejected('endpoint-unknown', `No endpoint of ${instanceId} here`));
  };
  const handlers: Handlers = {
    'assign-node': (body) => agent.assignNode(body),
    'release-node': (body) => agent.releaseNode(body),
    'assign-endpoint': (body) => agent.assignEndpoint(body),
    'release-endpoint': (body) => agent.releaseEndpoint(body),
    report: ({ nodeId }) => node(nodeId, async (found) => accepted(found.report)),
    consent: (body) => node(body.nodeId, (found) => found.consent(body)),
    'prepare-switchover': ({ nodeId }) => node(nodeId, (found) => found.prepareSwitchover()),
    'begin-switchover': (body) => node(body.nodeId, (found) => found.beginSwitchover(body)),
    'pause-endpoint': ({ instanceId, boundMs }) => endpoint(instanceId, (found) => found.pause(boundMs)),
    'resume-endpoint': ({ instanceId }) => endpoint(instanceId, (found) => found.resume()),
    'ensure-account': (body) => node(body.nodeId, (found) => found.ensureAccount(body)),
  };
  const onError = (err: unknown, subject: string) => log.warn({ err, subject }, 'A request failed');
  for (const verb of Object.keys(handlers) as AgentVerb[]) {
    const handler = handlers[verb] as (body: unknown) => Promise<Result<unknown>>;
    serve(bus, subjects.agent(hostId, verb), { onError }, agentRequests[verb].request, (body) => handler(body));
  }
}
