import { streams } from '@tandem/contracts';
import { Bus, connectBus, json } from '@tandem/messaging';
import { eventually } from '@tandem/testkit';
import { Platform } from '../support/platform';
import { TrailBreach } from './trail';

const BOUND_MS = 15_000;

/** What subscribers of NATS are told, message by message. */
export class Wire {
  /** Sequence and position of the last message that was looked at. */
  private seq = 0;
  private position = 0;

  private constructor(private readonly bus: Bus) {}

  static async open(platform: Platform): Promise<Wire> {
    const url = `nats://127.0.0.1:${platform.ports.nats}`;
    const credentialsFile = platform.paths.natsCredentials('control');
    return new Wire(await connectBus({ url, credentialsFile, name: 'chaos-wire' }));
  }

  /** R11: every event of the log up to `newest` is on the wire, once and in the log's own order. */
  async assertTold(newest: number): Promise<void> {
    const manager = await this.bus.nc.jetstreamManager({ checkAPI: false });
    const next = async (): Promise<boolean> => {
      const { state } = await manager.streams.info(streams.events);
      while (this.seq < state.last_seq) {
        const { data } = await manager.streams.getMessage(streams.events, { seq: this.seq + 1 });
        // A number of CloudEvents has 32 bits, so a position is text there.
        const position = Number((json.decode(data) as { position: string }).position);
        if (position !== this.position + 1)
          throw new TrailBreach(`wire-equals-log: position ${position} follows ${this.position}`);
        this.seq += 1;
        this.position = position;
      }
      return this.position >= newest;
    };
    let breach: TrailBreach | undefined;
    const look = () =>
      next().catch((error: unknown) => {
        if (!(error instanceof TrailBreach)) throw error;
        breach = error;
        return true;
      });
    await eventually(`event ${newest} is on the wire`, look, BOUND_MS);
    if (breach) throw breach;
  }

  close(): Promise<void> {
    return this.bus.close();
  }
}
