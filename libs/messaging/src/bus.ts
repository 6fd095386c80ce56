import { readFileSync } from 'node:fs';
import { connect, Events, JSONCodec, type Authenticator, type NatsConnection } from 'nats';
import { Permanent, Transient } from '@tandem/platform';

export interface BusOptions {
  readonly url: string;
  /** JSON file {user, pass}; read again at each connect, so that a changed password needs no restart. */
  readonly credentialsFile?: string | undefined;
  /** Shown by the server's monitoring; the name of the service, with the host where there is one. */
  readonly name: string;
  /** Prefix of reply subjects where the user's permissions demand one. */
  readonly inboxPrefix?: string;
}

/** One connection to NATS that reconnects for ever. */
export class Bus {
  private up = true;

  constructor(readonly nc: NatsConnection) {
    void this.followStatus();
  }

  /** False while the connection is down: what is published then waits in a buffer and may land much later (R12). */
  get connected(): boolean {
    return this.up && !this.nc.isClosed();
  }

  /** Lets handlers finish and sends what is buffered. */
  async drain(): Promise<void> {
    if (!this.nc.isClosed()) await this.nc.drain().catch(() => this.nc.close());
  }

  async close(): Promise<void> {
    await this.nc.close();
  }

  private async followStatus(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === Events.Disconnect) this.up = false;
      if (status.type === Events.Reconnect) this.up = true;
    }
    this.up = false;
  }
}

/**
 * Resolves once the first connection stands, however long that takes: refused credentials are tried again too. Throws
 * Permanent `credentials-unreadable` at once when the file cannot be read.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const nc = await connect({
    servers: options.url,
    name: options.name,
    ...(options.credentialsFile ? { authenticator: fromFile(options.credentialsFile) } : {}),
    ...(options.inboxPrefix ? { inboxPrefix: options.inboxPrefix } : {}),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 100,
    waitOnFirstConnect: true,
    ignoreAuthErrorAbort: true,
    timeout: 2_000,
    // A frozen server keeps its TCP connections: two unanswered pings, 4 s, show it. The default is 4 minutes.
    pingInterval: 2_000,
    maxPingOut: 2,
  }).catch((cause: unknown) => {
    throw new Transient('bus-unreachable', 'NATS cannot be connected', { cause });
  });
  return new Bus(nc);
}

function fromFile(path: string): Authenticator {
  let credentials = readCredentials(path);
  return () => {
    try {
      credentials = readCredentials(path);
    } catch {
      // Just being replaced: an error here would end the connection for good, so the last ones are used again.
    }
    return credentials;
  };
}

function readCredentials(path: string): { readonly user: string; readonly pass: string } {
  try {
    const { user, pass } = JSON.parse(readFileSync(path, 'utf8')) as { user: string; pass: string };
    return { user, pass };
  } catch {
    // The parser's message quotes the text it read, which is a secret: it is no cause to pass on.
    throw new Permanent('credentials-unreadable', `the credentials file ${path} cannot be read as JSON {user, pass}`);
  }
}

/** Messages are JSON on every subject. */
export const json = JSONCodec<unknown>();
