import { containerNats, containerPostgres } from './containers';
import { startLocalNats } from './local-nats';
import { startLocalPostgres } from './local-postgres';

/** A server under test that can be taken away and brought back at the same address with the same data. */
export interface TestServer {
  readonly url: string;
  start(): Promise<void>;
  /** In order (the default), or as if the power had gone. */
  stop(how?: 'in-order' | 'at-once'): Promise<void>;
  /** Ends it for good, running or not; the directory belongs to the caller. */
  dispose(): Promise<void>;
}

export interface ServerPlace {
  readonly port: number;
  /** A directory of the server's own; it is made if it is missing. */
  readonly dir: string;
}

export interface Provider {
  postgres(place: ServerPlace): Promise<TestServer>;
  nats(place: ServerPlace): Promise<TestServer>;
}

/** Real servers as processes of this machine. */
export const localProvider: Provider = { postgres: startLocalPostgres, nats: startLocalNats };

/** The same as containers; only where `dockerAnswers()`. */
export const containerProvider: Provider = { postgres: containerPostgres, nats: containerNats };
