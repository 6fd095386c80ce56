import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { accepted, rejected, Result } from '@tandem/platform';
import { postmasters, SimulatedHost } from '@tandem/simhost';
import { SupervisedProcess } from './supervised-process';

/** What the drills act on. */
export interface DrillTarget {
  hosts: SimulatedHost[];
  processes: Map<string, SupervisedProcess>;
  /** A killed host stays dead over a restart of the launcher. */
  keepDown: (hostId: string, down: boolean) => void;
}

export interface DrillRequest {
  hostId?: string;
  instanceId?: string;
  nodeId?: string;
  service?: string;
}

type Drill = (target: DrillTarget, request: DrillRequest) => Promise<Result<object>>;

/** The faults that can be made, by verb: on `cmd.drill.<verb>` and on the launcher's socket. */
export const drills: Record<string, Drill> = {
  'kill-host': onHost(async (host, { keepDown }) => {
    keepDown(host.options.id, true);
    await host.kill();
  }),
  'start-host': onHost(async (host, { keepDown }) => {
    keepDown(host.options.id, false);
    await host.start();
  }),
  'freeze-host': onRunningHost((host) => host.freeze()),
  'thaw-host': onRunningHost((host) => host.thaw()),
  'kill-agent': onRunningHost((host) => {
    if (!host.killAgent()) return rejected('drill-refused', `no agent runs on ${host.options.id} at this moment`);
    return undefined;
  }),
  'kill-guard': onRunningHost((host) => {
    if (!host.killProgram('guard')) return rejected('drill-refused', `no guard runs on ${host.options.id}`);
    return undefined;
  }),
  'kill-postmaster': onNode(async (host, dataDir) => {
    host.killPostmaster(dataDir);
  }),
  'kill-backend': onNode(async (host, dataDir) => {
    await host.killBackend(dataDir);
  }),
  'kill-pgbouncer': onRunningHost((host) => {
    const found = host.processes().filter((row) => row.comm === 'pgbouncer');
    found.forEach((row) => process.kill(row.pid, 'SIGKILL'));
    return found.length === 0 ? rejected('drill-refused', `no pgbouncer runs on ${host.options.id}`) : undefined;
  }),
  'store-down': onProcess('nats', (nats) => nats.kill()),
  'store-up': onProcess('nats', (nats) => nats.start()),
  'control-down': onProcess('control-database', (control) => control.kill()),
  'control-up': onProcess('control-database', (control) => control.start()),
  'kill-service': onService((service) => Promise.resolve(void service.crash())),
  'service-down': onService((service) => service.kill()),
  'service-up': onService((service) => service.start()),
  status: async ({ hosts, processes }) =>
    accepted({
      hosts: hosts.map((host) => ({
        hostId: host.options.id,
        state: !host.isRunning() ? 'down' : host.isFrozen() ? 'frozen' : 'running',
        processes: host.processes().length,
      })),
      processes: Object.fromEntries([...processes].map(([name, { pid, starts }]) => [name, { pid, starts }])),
    }),
};

/** Runs one drill. Unknown verbs and missing targets are rejections; a fault that fails halfway throws. */
export async function runDrill(target: DrillTarget, verb: string, request: DrillRequest): Promise<Result<object>> {
  const drill = Object.hasOwn(drills, verb) ? drills[verb] : undefined;
  if (drill === undefined) return rejected('invalid-request', `there is no drill ${verb}`);
  return drill(target, request);
}

type HostEffect = (host: SimulatedHost, target: DrillTarget) => Promise<void> | Result<object> | undefined;

function onHost(effect: HostEffect): Drill {
  return async (target, { hostId }) => {
    const host = target.hosts.find(({ options }) => options.id === hostId);
    if (host === undefined) return rejected('host-unknown', `there is no simulated host ${hostId ?? '(none named)'}`);
    return (await effect(host, target)) ?? accepted({ hostId: host.options.id });
  };
}

function onRunningHost(effect: HostEffect): Drill {
  return onHost((host, target) =>
    host.isRunning() ? effect(host, target) : rejected('drill-refused', `host ${host.options.id} is down`),
  );
}

function onNode(effect: (host: SimulatedHost, dataDir: string) => Promise<void>): Drill {
  return async ({ hosts }, { hostId, nodeId, instanceId }) => {
    const found = hosts
      .flatMap((host) => postmasters(host.processes()).map(({ dataDir }) => ({ host, dataDir })))
      .map((entry) => ({ ...entry, nodeId: basename(join(entry.dataDir, '..')) }))
      .filter((entry) => hostId === undefined || entry.host.options.id === hostId)
      .filter((entry) => nodeId === undefined || entry.nodeId === nodeId)
      .filter((entry) => instanceId === undefined || entry.nodeId.startsWith(`${instanceId}-`));
    // An instance without a node or host means its primary.
    const primaries = found.filter((entry) => !existsSync(join(entry.dataDir, 'standby.signal')));
    const [only, ...others] = found.length > 1 ? primaries : found;
    if (only === undefined) return rejected('drill-refused', 'no running node fits: name hostId or nodeId');
    if (others.length > 0) return rejected('drill-refused', `${others.length + 1} nodes fit: name hostId and nodeId`);
    await effect(only.host, only.dataDir);
    return accepted({ hostId: only.host.options.id, nodeId: only.nodeId });
  };
}

function onProcess(name: string, effect: (process: SupervisedProcess) => Promise<void>): Drill {
  return async ({ processes }) => {
    const process = processes.get(name);
    if (process === undefined) return rejected('drill-refused', `${name} is not supervised here`);
    await effect(process);
    return accepted({ process: name });
  };
}

function onService(effect: (process: SupervisedProcess) => Promise<void>): Drill {
  return (target, request) => onProcess(request.service ?? '(no service named)', effect)(target, request);
}
