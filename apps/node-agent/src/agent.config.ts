import { agentEnvironment, parseEnvironment } from '@tandem/platform';

export const agentConfig = () => parseEnvironment(agentEnvironment);
export type AgentConfig = ReturnType<typeof agentConfig>;
