import { Logger, pause } from '@tandem/platform';
import type { RecordVersion, TopologyStore, Watch } from '@tandem/topology';
import type { InstanceStore } from '../backends/instance-store';
import type { Records } from '../backends/records';

/**
 * Removes records that outlived their instance: one whose last version was logged too late, or a creation's
 * compare-and-set that landed after the creation had been given up (R12).
 */
export class RetiredRecordSweep {
  private readonly candidates = new Map<string, RecordVersion>();
  private readonly stopping = new AbortController();
  private watch: Watch | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly topology: Pick<TopologyStore, 'watch'>,
    private readonly store: InstanceStore,
    private readonly records: Records,
    private readonly logger: Logger,
  ) {}

  start(everyMs: number): void {
    this.watch = this.topology.watch('all', (version) => this.candidates.set(version.record.instanceId, version));
    this.running = this.run(everyMs);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.watch?.stop();
    await this.running;
  }

  private async run(everyMs: number): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const instanceId of [...this.candidates.keys()].filter((id) => this.isOver(id))) {
        await this.sweep(instanceId).catch((err: unknown) =>
          this.logger.info({ err, instanceId }, 'A record that is left over stays for now'),
        );
      }
      await pause(everyMs, this.stopping.signal);
    }
  }

  private isOver(instanceId: string): boolean {
    const { status } = this.store.get(instanceId).state;
    return status === 'deleted' || status === 'failed';
  }

  private async sweep(instanceId: string): Promise<void> {
    const version = await this.records.read(instanceId);
    if (!version) return void this.candidates.delete(instanceId);
    if (version.record.state !== 'retired') return this.records.retire(version);
    if (await this.records.isLogged(version)) await this.records.remove(instanceId);
  }
}
