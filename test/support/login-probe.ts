import { setTimeout as delay } from 'node:timers/promises';
import { ClientConfig } from 'pg';
import { clientCertificate } from './client-certificate';
import { PgSession } from './pg-session';
import { TestInstance } from './test-instance';

const EVERY_MS = 20;

/** Tries again and again to log in to one raw port as PgBouncer does, and notes when that was possible. */
export class LoginProbe {
  readonly logins: { startMs: number; endMs: number }[] = [];
  private stopped = false;
  private readonly running: Promise<void>;
  private readonly config: ClientConfig;

  constructor(instance: TestInstance, nodeId: string) {
    const { address, port } = instance.places.find((place) => place.nodeId === nodeId)!;
    this.config = { ...instance.login, host: address, port, ssl: clientCertificate(instance.platform).tls };
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const startMs = performance.now();
      await PgSession.open(this.config).then(
        (session) => {
          this.logins.push({ startMs, endMs: performance.now() });
          session.cut();
        },
        () => undefined,
      );
      await delay(EVERY_MS);
    }
  }
}
