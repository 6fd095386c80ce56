import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { composeInit } from './compose-init';
import { pathsOf } from './layout';
import { hosts } from './services';
import { readSettings } from './settings';

describe('the preparation of a data directory for containers', () => {
  const top = mkdtempSync('/tmp/tandem-launch-ci-');
  chmodSync(top, 0o755);
  const dataDir = join(top, 'data');
  const settings = readSettings({ TANDEM_DATA: dataDir });
  const paths = pathsOf(dataDir);
  const addresses = hosts.map(({ id }, index) => `${id}=172.30.77.${211 + index}`).join(' ');
  const read = (path: string): string => readFileSync(path, 'utf8');
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  it('names the host that no address is given for, and makes nothing', async () => {
    await expect(composeInit(settings, addresses.replace('host-b1', 'host-b9'))).rejects.toThrow(/address for host-b1/);
    expect(() => statSync(dataDir)).toThrow('ENOENT');
  });

  it('gives each host the NATS user of an agent and a certificate with its address, and changes nothing later', async () => {
    await composeInit(settings, addresses);
    const made = () => [paths.apiToken, paths.natsCredentials('control'), join(paths.host('host-a1'), 'pki/host.crt')];
    const before = made().map(read);
    for (const { id } of hosts) {
      const credentials = join(paths.host(id), 'nats-agent.json');
      expect(JSON.parse(read(credentials))).toMatchObject({ user: 'agent' });
      expect(statSync(credentials)).toMatchObject({ uid: settings.user.uid, mode: 0o100600 });
    }
    expect(read(paths.natsConfig)).toContain('listen: "0.0.0.0:7422"');
    const cluster = statSync(join(paths.control, 'PG_VERSION')).mtimeMs;

    await composeInit(settings, addresses);
    expect(made().map(read)).toEqual(before);
    expect(statSync(join(paths.control, 'PG_VERSION')).mtimeMs).toBe(cluster);
  });
});
