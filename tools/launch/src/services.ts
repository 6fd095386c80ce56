/** The services of the control plane, in the order of their start. Health ports follow the order. */
export const services = ['api-gateway', 'instance-manager', 'health-monitor', 'failover-orchestrator'] as const;

export type ServiceName = (typeof services)[number];

/** Where a program of the clone lies, relative to its root. */
export const entryPoint = (app: string): string => `apps/${app}/dist/main.js`;
export const guardEntryPoint = 'apps/node-agent/dist/guard/guard-main.js';

/** The simulated hosts of the embedded default. */
export const hosts = [
  { id: 'host-a1', zone: 'zone-a', address: '127.0.1.11', roles: ['database'] },
  { id: 'host-a2', zone: 'zone-a', address: '127.0.1.12', roles: ['database'] },
  { id: 'host-b1', zone: 'zone-b', address: '127.0.1.13', roles: ['database'] },
  { id: 'host-c1', zone: 'zone-c', address: '127.0.1.14', roles: ['database'] },
  // The one-name connection string leads here, whatever database host is lost.
  { id: 'host-e1', zone: 'zone-a', address: '127.0.0.1', roles: ['endpoint'] },
] as const;

export type HostSpec = (typeof hosts)[number];
