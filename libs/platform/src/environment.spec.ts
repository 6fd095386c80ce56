import { agentEnvironment, controlEnvironment, parseEnvironment } from './environment';
import { databaseAddress } from './control-database';
import { Permanent } from './errors';

const service = { TANDEM_SERVICE: 'x', TANDEM_HEALTH_PORT: '7401', TANDEM_NATS_URL: 'nats://127.0.0.1:7422' };

describe('parseEnvironment', () => {
  it('gives typed values with defaults', () => {
    const config = parseEnvironment(controlEnvironment, { ...service, TANDEM_CONTROL_DB: 'postgresql:///tandem' });
    expect(config).toMatchObject({ TANDEM_HEALTH_PORT: 7401, TANDEM_PORT_BASE: 7400, TANDEM_LOG_LEVEL: 'info' });
  });

  it('splits the roles of a host', () => {
    const host = { TANDEM_HOST_ID: 'host-a1', TANDEM_HOST_DIR: '/d', TANDEM_HOST_ADDRESS: '127.0.1.11' };
    const given = { ...service, ...host, TANDEM_HOST_ZONE: 'zone-a', TANDEM_HOST_ROLES: 'database, endpoint' };
    expect(parseEnvironment(agentEnvironment, given).TANDEM_HOST_ROLES).toEqual(['database', 'endpoint']);
    expect(() => parseEnvironment(agentEnvironment, { ...given, TANDEM_HOST_ROLES: 'king' })).toThrow(
      /TANDEM_HOST_ROLES/,
    );
  });

  it('names each bad variable and what to do, without repeating a value that may be secret', () => {
    const attempt = () =>
      parseEnvironment(controlEnvironment, { ...service, TANDEM_HEALTH_PORT: 's3cret', TANDEM_CONTROL_DB: '' });
    expect(attempt).toThrow(Permanent);
    expect(attempt).toThrow(/TANDEM_HEALTH_PORT is not valid.*set it to the port of \/healthz/);
    expect(attempt).toThrow(/TANDEM_CONTROL_DB is missing: set it to the URL of the control database/);
    expect(attempt).not.toThrow(/s3cret/);
  });
});

describe('databaseAddress', () => {
  it('reads the socket form, also with a space in the path', () => {
    expect(databaseAddress('postgresql:///tandem?host=/var/lib/my%20data/s&port=7432&user=postgres')).toEqual({
      host: '/var/lib/my data/s',
      port: 7432,
      user: 'postgres',
      database: 'tandem',
    });
  });

  it('reads an ordinary URL', () => {
    expect(databaseAddress('postgres://me:p%40ss@db.example/tandem')).toEqual({
      host: 'db.example',
      port: 5432,
      user: 'me',
      database: 'tandem',
      password: 'p@ss',
    });
  });

  it('refuses what it cannot use, without printing a password', () => {
    for (const url of [
      'postgresql://u:hunter2@h1:1,h2:2/db',
      'mysql://u:hunter2@h/db',
      'hunter2',
      'postgresql:///db',
    ]) {
      expect(() => databaseAddress(url)).toThrow(Permanent);
      expect(() => databaseAddress(url)).not.toThrow(/hunter2/);
    }
  });
});
