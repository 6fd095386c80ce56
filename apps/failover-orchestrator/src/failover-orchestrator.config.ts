import { controlEnvironment, parseEnvironment } from '@tandem/platform';

export const orchestratorConfig = () => parseEnvironment(controlEnvironment);
export type OrchestratorConfig = ReturnType<typeof orchestratorConfig>;
