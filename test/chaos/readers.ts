import { clientCertificate } from '../support/client-certificate';
import { Reader } from '../support/client-loop';
import { History } from '../support/history';
import { TestInstance } from '../support/test-instance';

/** Readers besides the workload's own: through the pooled endpoint, and on each raw port, whose gate is the same. */
export class Readers {
  readonly history = new History();
  private readonly loops: Reader[];

  constructor(instance: TestInstance) {
    const { tls } = clientCertificate(instance.platform);
    const raw = instance.places.map(({ address, port }) => ({ ...instance.login, host: address, port, ssl: tls }));
    const configs = [{ connectionString: instance.url('pooled') }, ...raw];
    this.loops = configs.map((config) => new Reader(this.history, config).start());
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
