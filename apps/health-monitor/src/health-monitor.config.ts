import { parseEnvironment, serviceEnvironment } from '@tandem/platform';

export const healthMonitorConfig = () => parseEnvironment(serviceEnvironment);
export type HealthMonitorConfig = ReturnType<typeof healthMonitorConfig>;
