import { join } from 'node:path';

/** Every path below one data directory. */
export function pathsOf(dataDir: string) {
  const secrets = join(dataDir, 'secrets');
  const control = join(dataDir, 'control');
  const run = join(dataDir, 'run');
  return {
    secrets,
    /** The token of an administrator. */
    apiToken: join(secrets, 'api-token'),
    apiTokenOf: (role: 'operator' | 'viewer') => join(secrets, `api-token-${role}`),
    /** Hashes of the tokens above, which the gateway takes up once. */
    apiTokens: join(secrets, 'api-tokens.json'),
    key: join(secrets, 'key'),
    demo: join(secrets, 'demo.json'),
    natsCredentials: (user: string) => join(secrets, `nats-${user}.json`),
    pki: join(dataDir, 'pki'),
    nats: join(dataDir, 'nats'),
    natsConfig: join(dataDir, 'nats', 'nats.conf'),
    control,
    controlSockets: join(control, 's'),
    logs: join(dataDir, 'logs'),
    log: (name: string) => join(dataDir, 'logs', `${name}.log`),
    run,
    platform: join(run, 'platform.json'),
    lock: join(run, 'launcher.lock'),
    socket: join(run, 'launcher.sock'),
    hosts: join(dataDir, 'hosts'),
    host: (id: string) => join(dataDir, 'hosts', id),
  };
}

export type Paths = ReturnType<typeof pathsOf>;

/** Fixed ports of an installation, from its base. Endpoints take base+100.., PostgreSQL base+400.. */
export function portsOf(base: number) {
  // The API answers /healthz itself, on its own port.
  const health = (index: number): number => base + (index === 0 ? 0 : index + 1);
  return { api: base, health, nats: base + 22, control: base + 32 };
}
