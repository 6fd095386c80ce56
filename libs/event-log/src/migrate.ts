import 'reflect-metadata';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { DatabaseAddress } from '@tandem/platform';
import { locks } from './locks';
import { databaseError } from './database-error';
import { CreateEventLog1763900000000 } from './migrations/1763900000000-create-event-log';
import { CreateApiTables1764000000000 } from './migrations/1764000000000-create-api-tables';
import { IndexEvents1764100000000 } from './migrations/1764100000000-index-events';

/** Brings the schema of the control database up to date; services that start at once take turns by an advisory lock. */
export async function migrate(address: DatabaseAddress): Promise<void> {
  const turn = new Client({ ...address, connectionTimeoutMillis: 2_000 });
  turn.on('error', () => undefined);
  const { user: username, ...rest } = address;
  const source = new DataSource({
    type: 'postgres',
    ...rest,
    username,
    migrations: [CreateEventLog1763900000000, CreateApiTables1764000000000, IndexEvents1764100000000],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'all',
    poolSize: 1,
    logging: false,
  });
  try {
    await turn.connect();
    await turn.query('SELECT pg_advisory_lock($1, $2)', [...locks.migration]);
    await source.initialize();
    await source.runMigrations();
  } catch (cause) {
    throw databaseError(cause, 'migrate');
  } finally {
    if (source.isInitialized) await source.destroy();
    await turn.end().catch(() => undefined);
  }
}
