import { join } from 'node:path';
import { HostPrograms, ProcessIdentity, SimulatedHost } from '@tandem/simhost';
import { clearControlLeftovers, controlDatabaseUrl, controlServerCommand } from './control-database';
import { pathsOf, portsOf } from './layout';
import { entryPoint, guardEntryPoint, hosts, HostSpec, services } from './services';
import { Settings } from './settings';
import { SupervisedProgram } from './supervised-process';

type OnChange = (name: string, identity: ProcessIdentity | null) => void;

/** Everything that the launcher supervises itself, in the order of its start. */
export function supervisedPrograms(settings: Settings, onChange: OnChange): SupervisedProgram[] {
  const paths = pathsOf(settings.dataDir);
  const base = (name: string) => ({
    name,
    cwd: settings.dataDir,
    ids: settings.dropsToUser ? { uid: settings.user.uid, gid: settings.user.gid } : undefined,
    logFile: paths.log(name),
    onChange: (identity: ProcessIdentity | null) => onChange(name, identity),
  });
  const nats: SupervisedProgram = {
    ...base('nats'),
    command: ['nats-server', '-c', paths.natsConfig],
    env: systemEnvironment(settings),
    stopSignal: 'SIGTERM',
    stopBoundMs: 5_000,
  };
  const control: SupervisedProgram = {
    ...base('control-database'),
    command: controlServerCommand(settings),
    env: systemEnvironment(settings),
    stopSignal: 'SIGINT',
    stopBoundMs: 10_000,
    beforeStart: () => clearControlLeftovers(settings),
  };
  const controlPlane = services.map((name, index) => ({
    ...base(name),
    command: [process.execPath, join(settings.codeDir, entryPoint(name))],
    env: {
      ...serviceEnvironment(settings, { name, healthIndex: index, natsUser: 'control' }),
      TANDEM_CONTROL_DB: controlDatabaseUrl(settings),
    },
    stopSignal: 'SIGTERM' as const,
    stopBoundMs: 5_000,
  }));
  return [nats, control, ...controlPlane];
}

/** The simulated hosts, each with its node-agent and guard. */
export function simulatedHosts(settings: Settings): SimulatedHost[] {
  return hosts.map((spec, index) => simulatedHost(settings, spec, index));
}

function simulatedHost(settings: Settings, spec: HostSpec, index: number): SimulatedHost {
  const paths = pathsOf(settings.dataDir);
  const program = (file: string) => [process.execPath, join(settings.codeDir, file)];
  const isDatabase = (spec.roles as readonly string[]).includes('database');
  const programs: HostPrograms = {
    agent: program(entryPoint('node-agent')),
    // The guard fences primaries (R6): an endpoint host has none.
    ...(isDatabase ? { guard: program(guardEntryPoint) } : {}),
  };
  const healthIndex = services.length + index;
  return new SimulatedHost({
    ...spec,
    roles: [...spec.roles],
    dir: paths.host(spec.id),
    programs,
    env: {
      ...serviceEnvironment(settings, { name: 'node-agent', healthIndex, natsUser: 'agent' }),
      TANDEM_PG_BIN: settings.pgBin,
    },
    user: settings.dropsToUser ? settings.user.name : undefined,
    logFile: paths.log(spec.id),
  });
}

function serviceEnvironment(
  settings: Settings,
  service: { name: string; healthIndex: number; natsUser: string },
): Record<string, string> {
  const ports = portsOf(settings.portBase);
  return {
    ...systemEnvironment(settings),
    ...passedOn(),
    TANDEM_DATA: settings.dataDir,
    TANDEM_PORT_BASE: String(settings.portBase),
    TANDEM_SERVICE: service.name,
    TANDEM_HEALTH_PORT: String(ports.health(service.healthIndex)),
    TANDEM_NATS_URL: `nats://127.0.0.1:${ports.nats}`,
    TANDEM_NATS_CREDENTIALS: pathsOf(settings.dataDir).natsCredentials(service.natsUser),
  };
}

/** Switches of the tests, the log level and the API's rate reach every service; nothing else of the caller's environment does. */
function passedOn(): Record<string, string> {
  const names = ['TANDEM_SABOTAGE', 'TANDEM_LOG_LEVEL', 'TANDEM_API_RATE', 'NODE_OPTIONS'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function systemEnvironment(settings: Settings): Record<string, string> {
  // nats-server and pgbouncer lie in sbin, which an ordinary user's PATH lacks.
  const path = `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;
  // The mark by which a test run finds what it has left behind.
  const run = process.env['TANDEM_TEST_RUN'];
  const mark: Record<string, string> = run === undefined ? {} : { TANDEM_TEST_RUN: run };
  return { PATH: path, HOME: settings.dataDir, LANG: 'C.UTF-8', NODE_ENV: 'production', ...mark };
}
