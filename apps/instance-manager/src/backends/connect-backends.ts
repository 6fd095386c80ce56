import { allEvents } from '@tandem/contracts';
import { EventLog, migrate, OnAppend, openControlPool, SecretStore } from '@tandem/event-log';
import { Bus, connectBus } from '@tandem/messaging';
import { Backoff, databaseAddress, Logger, Permanent, SecretsBox } from '@tandem/platform';
import { openTopologyStore, refuseWhenProven, TopologyStore } from '@tandem/topology';
import type { Pool } from 'pg';
import type { InstanceManagerConfig } from '../instance-manager.config';

/** What the manager stands on. */
export interface Backends {
  readonly bus: Bus;
  readonly topology: TopologyStore;
  readonly pool: Pool;
  readonly log: EventLog;
  readonly secrets: SecretStore;
}

/** Resolves once NATS, the record store and the control database have answered, in whatever order they come. */
export async function connectBackends(
  config: InstanceManagerConfig,
  logger: Logger,
  onAppend?: OnAppend,
): Promise<Backends> {
  const { natsUrl, natsCredentialsFile, controlDatabaseUrl, keyFile } = config;
  const address = databaseAddress(controlDatabaseUrl);
  const bus = await connectBus({ url: natsUrl, credentialsFile: natsCredentialsFile, name: 'instance-manager' });
  const onReset = refuseWhenProven((reset) => logger.error({ reset }, 'The record store may have lost data'));
  const open = () => openTopologyStore(bus.nc, { role: 'creator', onReset });
  const [topology] = await Promise.all([
    insist('The topology store is not there yet', open, logger),
    insist('The control database is not there yet', () => migrate(address), logger),
  ]);
  const pool = openControlPool(address, { name: 'instance-manager' });
  return {
    bus,
    topology,
    pool,
    log: new EventLog({ pool, registry: allEvents, onAppend }),
    secrets: new SecretStore(pool, await SecretsBox.open(keyFile)),
  };
}

async function insist<T>(notYet: string, attempt: () => Promise<T>, logger: Logger): Promise<T> {
  const backoff = new Backoff({ minMs: 50, maxMs: 2_000 });
  for (;;) {
    try {
      return await attempt();
    } catch (err) {
      if (err instanceof Permanent) throw err;
      logger.info({ err }, notYet);
      await backoff.pause();
    }
  }
}
