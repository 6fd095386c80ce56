import { Permanent } from '@tandem/platform';
import { SimulatedHost } from '@tandem/simhost';
import { ensureControlCluster, ensureControlDatabase } from './control-database';
import { serveDrillRequests } from './drill-requests';
import { serveDrillSocket } from './drill-socket';
import { DrillTarget } from './drills';
import { ADOPTED, HOST_STOP_MS } from './end-leftovers';
import { checkPortsFree } from './fixed-ports';
import { makeIdentities } from './identities';
import { checkIsolation } from './isolation';
import { pathsOf, portsOf } from './layout';
import { capLogs } from './log-cap';
import { writeNatsConfig } from './nats-config';
import { livingProcesses, ProcessRegistry, readPlatformState } from './process-registry';
import { simulatedHosts, supervisedPrograms } from './programs';
import { Progress } from './progress';
import { endProcess, SupervisedProcess } from './supervised-process';
import { hosts, services } from './services';
import { Settings } from './settings';

/** Everything that one launcher runs. */
export class Platform {
  readonly processes = new Map<string, SupervisedProcess>();
  readonly hosts: SimulatedHost[];
  private readonly registry: ProcessRegistry;
  private readonly closers: (() => void | Promise<void>)[] = [];
  private starting: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly settings: Settings,
    private readonly progress: Progress,
  ) {
    const { portBase, user } = settings;
    const state = { portBase, launcher: null, processes: {}, hostsDown: [] };
    this.registry = new ProcessRegistry(pathsOf(settings.dataDir).platform, user, state);
    this.hosts = simulatedHosts(settings);
    for (const program of supervisedPrograms(settings, (name, identity) => this.registry.set(name, identity))) {
      this.processes.set(program.name, new SupervisedProcess(program));
    }
  }

  /** Brings everything up, taking over or ending what an earlier launcher left. Throws Permanent with the way out. */
  async start(): Promise<void> {
    this.starting = this.bringUp();
    await this.starting;
  }

  private async bringUp(): Promise<void> {
    const { settings, progress } = this;
    const paths = pathsOf(settings.dataDir);
    checkIsolation();
    await this.settleLeftovers();
    await checkPortsFree(this.fixedPorts(), settings.portBase);
    this.registry.save();
    makeIdentities(settings, hosts);
    writeNatsConfig(settings);
    this.closers.push(capLogs(paths.logs));
    await this.process('nats').start();
    this.goOn();
    progress.step(`NATS on 127.0.0.1:${portsOf(settings.portBase).nats}`);
    await ensureControlCluster(settings);
    await this.process('control-database').start();
    await ensureControlDatabase(settings);
    this.goOn();
    progress.step('control database');
    const target = this.drillTarget();
    this.closers.push(await serveDrillSocket(paths.socket, settings.user, target));
    this.closers.push(
      await serveDrillRequests(
        {
          url: `nats://127.0.0.1:${portsOf(settings.portBase).nats}`,
          credentialsFile: paths.natsCredentials('control'),
        },
        target,
      ),
    );
    await Promise.all(services.map((name) => this.process(name).start()));
    progress.step(`services: ${services.join(', ')}`);
    this.goOn();
    const down = new Set(this.registry.state.hostsDown);
    await Promise.all(this.hosts.filter((host) => !down.has(host.options.id)).map((host) => host.start()));
    progress.step(`hosts: ${hosts.map(({ id }) => id).join(', ')}`);
  }

  /**
   * Ends all that was started and nothing else. Services first, so that nobody takes the rest's end for a fault; then
   * the hosts, then what they need.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    // What is being started at this moment must be known before it can be ended; every step has a bound.
    await this.starting.catch(() => undefined);
    const all = await Promise.allSettled([
      ...this.closers.splice(0).map(async (close) => close()),
      ...services.map((name) => this.process(name).stop()),
    ]);
    // Agents end on every host before the first PostgreSQL does: they would hand over what is being stopped.
    await Promise.all(this.hosts.filter((host) => host.isFrozen()).map((host) => host.thaw()));
    this.hosts.forEach((host) => host.isRunning() && host.endPrograms());
    all.push(...(await Promise.allSettled(this.hosts.map((host) => host.shutDown(HOST_STOP_MS)))));
    all.push(...(await Promise.allSettled(ADOPTED.map((name) => this.process(name).stop()))));
    this.registry.state.launcher = null;
    this.registry.save();
    for (const outcome of all) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Hosts that are not kept down by a drill. */
  hostsUp(): number {
    return this.hosts.filter((host) => host.isRunning()).length;
  }

  /** Records who runs; called once the data directory is locked. */
  recordLauncher(identity: ProcessRegistry['state']['launcher']): void {
    this.registry.state.launcher = identity;
  }

  /** Ends a start that has been overtaken by a stop. */
  private goOn(): void {
    if (this.stopping) throw new Permanent('stopped', 'Stopped before it was ready.');
  }

  private process(name: string): SupervisedProcess {
    const found = this.processes.get(name);
    if (found === undefined) throw new Error(`nothing supervised is called ${name}`);
    return found;
  }

  /** Adopts NATS, the control database and the hosts of a dead launcher; ends its services. */
  private async settleLeftovers(): Promise<void> {
    const { settings } = this;
    const paths = pathsOf(settings.dataDir);
    const before = readPlatformState(paths.platform);
    this.registry.state.hostsDown = before?.hostsDown ?? [];
    const samePorts = before?.portBase === settings.portBase;
    for (const [name, identity] of before === null ? [] : livingProcesses(before)) {
      if (samePorts && ADOPTED.includes(name)) this.process(name).adopt(identity);
      else await endProcess(identity, name === 'control-database' ? 'SIGINT' : 'SIGTERM', 5_000);
    }
    const adopted = this.hosts.filter((host) => host.adopt());
    if (!samePorts) await Promise.all(adopted.map((host) => host.shutDown(HOST_STOP_MS)));
    // A frozen host of a dead launcher would never be thawed: the drill ended with its launcher.
    else await Promise.all(adopted.filter((host) => host.isFrozen()).map((host) => host.thaw()));
    if (adopted.length > 0 && samePorts) this.progress.step(`taken over from an earlier run: ${adopted.length} hosts`);
  }

  private fixedPorts(): { port: number; purpose: string }[] {
    const ports = portsOf(this.settings.portBase);
    const list = [{ port: ports.api, purpose: 'HTTP API' }];
    services.slice(1).forEach((name, index) => {
      list.push({ port: ports.health(index + 1), purpose: `health of ${name}` });
    });
    this.hosts.forEach((host, index) => {
      if (host.isRunning()) return;
      list.push({ port: ports.health(services.length + index), purpose: `health of ${host.options.id}` });
    });
    if (!this.process('nats').isRunning()) list.push({ port: ports.nats, purpose: 'NATS' });
    return list;
  }

  private drillTarget(): DrillTarget {
    return {
      hosts: this.hosts,
      processes: this.processes,
      keepDown: (hostId, down) => {
        const others = this.registry.state.hostsDown.filter((id) => id !== hostId);
        this.registry.state.hostsDown = down ? [...others, hostId] : others;
        this.registry.save();
      },
    };
  }
}
