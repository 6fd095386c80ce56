import { spawnSync } from 'node:child_process';
import type { GenericContainer } from 'testcontainers';
import type { ServerPlace, TestServer } from './provider';

let answers: boolean | undefined;

/** True where a Docker engine answers; asked once. */
export function dockerAnswers(): boolean {
  answers ??= spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 5_000 }).status === 0;
  return answers;
}

export async function containerPostgres(place: ServerPlace): Promise<TestServer> {
  const { GenericContainer: Container, Wait } = await import('testcontainers');
  const container = new Container(process.env.TANDEM_TEST_POSTGRES_IMAGE ?? 'postgres:15')
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withExposedPorts({ container: 5432, host: place.port })
    // The image's own preparation listens on a socket only.
    .withWaitStrategy(Wait.forSuccessfulCommand('pg_isready -h 127.0.0.1'));
  return run(container, `postgresql://postgres@127.0.0.1:${place.port}/postgres`);
}

export async function containerNats(place: ServerPlace): Promise<TestServer> {
  const { GenericContainer: Container, Wait } = await import('testcontainers');
  const container = new Container(process.env.TANDEM_TEST_NATS_IMAGE ?? 'nats:2.10')
    .withCommand(['-js'])
    .withExposedPorts({ container: 4222, host: place.port })
    .withWaitStrategy(Wait.forLogMessage(/Server is ready/));
  return run(container, `nats://127.0.0.1:${place.port}`);
}

/** The host port is fixed, so a restart keeps the address; the container's own layer keeps the data. */
async function run(container: GenericContainer, url: string): Promise<TestServer> {
  const started = await container.start();
  return {
    url,
    start: () => started.restart({ timeout: 10_000 }),
    stop: async (how = 'in-order') =>
      void (await started.stop({ remove: false, timeout: how === 'in-order' ? 10_000 : 0 })),
    dispose: async () => void (await started.stop({ remove: true })),
  };
}
