import { allEvents } from '@tandem/contracts';
import { EventLog, openControlPool } from '@tandem/event-log';
import { connectBus } from '@tandem/messaging';
import { databaseAddress, Failure } from '@tandem/platform';
import { compareLogWithRecords } from './compare-log-with-records';
import { controlDatabaseUrl } from './control-database';
import { pathsOf, portsOf } from './layout';
import { readPlatformState } from './process-registry';
import { readSettings, Settings } from './settings';

/** `npm run check:replay`: does the log of the running platform, replayed, equal its topology records? The exit code. */
export async function checkReplay(): Promise<number> {
  try {
    const settings = runningPlatform(readSettings());
    becomeUser(settings);
    const { records, versions, events, differences } = await compare(settings);
    for (const { instanceId, revision, what, detail } of differences)
      console.error(`${instanceId}, revision ${revision}: ${what} (${detail})`);
    console.log(
      `${events} events replayed; ${versions} versions of ${records} topology records; ${differences.length} differences`,
    );
    return differences.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    return 1;
  }
}

async function compare(settings: Settings) {
  const paths = pathsOf(settings.dataDir);
  const pool = openControlPool(databaseAddress(controlDatabaseUrl(settings)), { name: 'check-replay', max: 1 });
  const bus = await connectBus({
    url: `nats://127.0.0.1:${portsOf(settings.portBase).nats}`,
    credentialsFile: paths.natsCredentials('control'),
    name: 'check-replay',
  });
  try {
    return await compareLogWithRecords(bus, new EventLog({ pool, registry: allEvents }));
  } finally {
    await bus.close();
    await pool.end();
  }
}

/** A platform that was started on other ports than the default says so in its data directory. */
function runningPlatform(settings: Settings): Settings {
  const state = readPlatformState(pathsOf(settings.dataDir).platform);
  return process.env['TANDEM_PORT_BASE'] || !state ? settings : { ...settings, portBase: state.portBase };
}

/** The control database lets in nobody but the user that it runs as. */
function becomeUser({ dropsToUser, user }: Settings): void {
  if (!dropsToUser) return;
  process.setgroups?.([]);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
}
