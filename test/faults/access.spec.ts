import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@tandem/launch';
import { clientCertificate } from '../support/client-certificate';
import { currentPlatform } from '../support/current-platform';
import { refusalOf, socketRefusal } from '../support/refusal';
import { createInstance, TestInstance } from '../support/test-instance';

/** invalid_authorization_specification: no line of pg_hba.conf lets this one in. */
const REFUSED = '28000';
/** Through the line for certificate holders a role without a password fails at its password. */
const NO_PASSWORD = '28P01';
const BOUND_MS = 120_000;

const localAddresses = (): string[] => [
  ...Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).flatMap(({ address, family }) => (family === 'IPv4' ? [address] : [])),
  ),
  ...['127.0.0.2', '127.0.1.11', '127.0.1.12', '127.0.1.13', '127.0.1.14'],
];

describe('the secondary and the raw ports', () => {
  const platform = currentPlatform();
  const { tls, serverOnly } = clientCertificate(platform);
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await createInstance(platform);
  }, BOUND_MS);
  afterAll(async () => {
    await instance?.delete();
  }, BOUND_MS);

  /** Both nodes, the primary first. */
  const nodes = () => {
    const { primary, secondary } = instance.roles;
    return [primary, secondary].map(({ nodeId }) => {
      const place = instance.places.find((one) => one.nodeId === nodeId)!;
      return { ...place, at: { host: place.address, port: place.port } };
    });
  };

  it('let nobody in with the right application password, from any local address', async () => {
    for (const { at } of nodes())
      for (const from of localAddresses())
        for (const ssl of [false, serverOnly])
          expect([from, ssl !== false, await refusalOf({ ...at, ...instance.login, ssl, from })]).toEqual([
            from,
            ssl !== false,
            REFUSED,
          ]);
  });

  it('let a holder of a platform certificate in to the primary, and nobody to the secondary', async () => {
    const [primary, secondary] = nodes();
    // That the primary lets it in shows that the refusals here are about who asks, not about a wrong port or password.
    expect(await refusalOf({ ...primary.at, ...instance.login, ssl: tls })).toBeUndefined();
    expect(await refusalOf({ ...secondary.at, ...instance.login, ssl: tls })).toBe(REFUSED);
  });

  it('let no superuser and no platform role in, with or without a certificate', async () => {
    for (const { at, nodeId } of nodes())
      for (const user of ['postgres', 'tandem_agent', 'tandem_peer', `tandem_repl_${nodeId.replace(/-/g, '_')}`])
        for (const ssl of [false, serverOnly, tls])
          for (const database of ['postgres', instance.login.database]) {
            const refusal = await refusalOf({ ...at, ...instance.login, user, database, ssl });
            const possible = ssl === tls ? [REFUSED, NO_PASSWORD] : [REFUSED];
            expect(possible.map((code) => [user, code])).toContainEqual([user, refusal]);
          }
  });

  it('let nobody in with the replication protocol', async () => {
    const roles = instance.places.map(({ nodeId }) => `tandem_repl_${nodeId.replace(/-/g, '_')}`);
    for (const { at } of nodes())
      for (const user of [instance.login.user, 'tandem_agent', ...roles])
        for (const ssl of [false, serverOnly, tls])
          expect([user, await refusalOf({ ...at, ...instance.login, user, ssl, replication: 'true' })]).toEqual([
            user,
            REFUSED,
          ]);
  });

  it('let nobody in by the Unix socket as another user of the system', () => {
    const { pgBin } = readSettings({});
    for (const { hostId, port } of nodes())
      for (const osUser of ['nobody', 'root'])
        for (const user of ['tandem_agent', instance.login.user]) {
          if (process.getuid?.() !== 0 && user === 'tandem_agent') continue; // One's own platform: not another user.
          const to = { psql: join(pgBin, 'psql'), directory: join(platform.paths.host(hostId), 's'), port };
          const refusal = socketRefusal(osUser, { ...to, user, database: instance.login.database });
          expect(refusal).toMatch(/Permission denied|Peer authentication failed|pg_hba.conf rejects/);
        }
  });
});
