import { readFileSync, readdirSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { Bus, connectBus } from '@tandem/messaging';
import { LocalNats, eventually, scratchDir, startLocalNats } from '@tandem/testkit';
import { openTopologyStore } from '../open-topology-store';
import { NatsTopologyStore } from '../nats-topology-store';
import { StoreReset } from '../store-fingerprint';

/** A nats-server of the test's own with clients that are closed at its end. */
export class NatsStage {
  readonly resets: StoreReset[] = [];
  private readonly buses: Bus[] = [];
  private readonly stores: NatsTopologyStore[] = [];

  private constructor(
    readonly nats: LocalNats,
    private readonly dir: Awaited<ReturnType<typeof scratchDir>>,
  ) {}

  static async on(port: number): Promise<NatsStage> {
    const dir = await scratchDir('topology');
    return new NatsStage(await startLocalNats({ port, dir: dir.path }), dir);
  }

  async bus(): Promise<Bus> {
    const bus = await connectBus({ url: this.nats.url, name: 'test' });
    this.buses.push(bus);
    return bus;
  }

  /** A client that refuses proven resets and goes on after a mere restart. */
  async store(bus: Bus, options: Partial<Parameters<typeof openTopologyStore>[1]> = {}): Promise<NatsTopologyStore> {
    const store = await openTopologyStore(bus.nc, {
      role: 'creator',
      onReset: (reset) => {
        this.resets.push(reset);
        return reset.proven ? 'refuse' : 'accept';
      },
      ...options,
    });
    this.stores.push(store);
    return store;
  }

  /** Closes clients; the server goes on. */
  async clear(): Promise<void> {
    await Promise.all(this.stores.splice(0).map((store) => store.close()));
    await Promise.all(this.buses.splice(0).map((bus) => bus.close()));
    this.resets.splice(0);
  }

  /** Returns when no thread of the server runs any more: the signal alone is only a request. */
  async freeze(): Promise<void> {
    this.nats.signal('SIGSTOP');
    const tasks = `/proc/${this.nats.pid}/task`;
    const state = (task: string): string => readFileSync(`${tasks}/${task}/stat`, 'utf8').split(') ')[1][0];
    await eventually('every thread is stopped', () => readdirSync(tasks).every((task) => state(task) === 'T'));
  }

  thaw(): void {
    this.nats.signal('SIGCONT');
  }

  /** Copies the stopped store; the function returned kills the server and starts it on that older copy. */
  async backup(): Promise<() => Promise<void>> {
    const copy = `${this.dir.path}/copy`;
    await this.nats.stop();
    await rm(copy, { recursive: true, force: true });
    await cp(this.nats.storeDir, copy, { recursive: true });
    await this.nats.start();
    return async () => {
      await this.nats.stop('at-once');
      await rm(this.nats.storeDir, { recursive: true });
      await cp(copy, this.nats.storeDir, { recursive: true });
      await this.nats.start();
    };
  }

  /** The server comes back without anything it had stored. */
  async wipe(): Promise<void> {
    await this.nats.stop('at-once');
    await rm(this.nats.storeDir, { recursive: true });
    await this.nats.start();
  }

  async dispose(): Promise<void> {
    await this.clear();
    await this.nats.dispose();
    await this.dir.remove();
  }
}
