import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Permanent } from '@tandem/platform';
import { ensureControlCluster } from './control-database';
import { prepareDataDirectory } from './data-directory';
import { makeIdentities } from './identities';
import { pathsOf } from './layout';
import { writeNatsConfig } from './nats-config';
import { writeOwned } from './owned-files';
import { hosts } from './services';
import { Settings } from './settings';

/**
 * Makes a data directory whose parts containers share: secrets, certificates, nats.conf, the control cluster. Idempotent,
 * and safe beside a running platform. Each host gets what it needs into its own directory: it sees no other.
 */
export async function composeInit(settings: Settings, addresses: string): Promise<void> {
  const addressOf = parseAddresses(addresses);
  const placed = hosts.map(({ id }) => ({ id, address: addressOf(id) }));
  prepareDataDirectory(settings);
  makeIdentities(settings, placed);
  // Reached from the other containers; the engine publishes no port of it.
  writeNatsConfig(settings, '0.0.0.0');
  const paths = pathsOf(settings.dataDir);
  const credentials = readFileSync(paths.natsCredentials('agent'), 'utf8');
  for (const { id } of hosts) {
    writeOwned(join(paths.host(id), 'nats-agent.json'), credentials, { mode: 0o600, user: settings.user });
  }
  await ensureControlCluster(settings);
}

/** `host-a1=172.30.77.211 host-a2=...`: the address of each host. Throws Permanent for one that is not named. */
function parseAddresses(text: string): (id: string) => string {
  const known = new Map(text.split(/\s+/).map((pair) => pair.split('=') as [string, string]));
  return (id) => {
    const address = known.get(id);
    if (address) return address;
    throw new Permanent('setting-invalid', `TANDEM_HOST_ADDRESSES must name an address for ${id}.`);
  };
}
