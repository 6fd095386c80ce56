import { pathsOf, portsOf } from './layout';
import { newPassword, writeOwned, writeOwnedOnce } from './owned-files';
import { Settings } from './settings';
import { readFileSync } from 'node:fs';

const users = ['control', 'agent', 'observer'] as const;

/**
 * Writes NATS's configuration and the credentials of its users; passwords are made once and kept. It listens on loopback
 * unless it has a network of its own.
 */
export function writeNatsConfig(settings: Settings, address = LOOPBACK): void {
  const paths = pathsOf(settings.dataDir);
  const owned = { mode: 0o600, user: settings.user };
  for (const user of users) {
    const make = () => JSON.stringify({ user, pass: newPassword() });
    writeOwnedOnce(paths.natsCredentials(user), make, owned);
  }
  const passwordOf = (user: string) =>
    (JSON.parse(readFileSync(paths.natsCredentials(user), 'utf8')) as { pass: string }).pass;
  writeOwned(
    paths.natsConfig,
    renderNatsConfig({ storeDir: paths.nats, address, port: portsOf(settings.portBase).nats, passwordOf }),
    owned,
  );
}

const LOOPBACK = '127.0.0.1';

/** Pure: the text of nats.conf. */
export function renderNatsConfig(options: {
  storeDir: string;
  address: string;
  port: number;
  passwordOf: (user: string) => string;
}): string {
  const user = (name: string, permissions: object): string =>
    `    { user: ${name}, password: ${quote(options.passwordOf(name))}, permissions: ${JSON.stringify(permissions)} }`;
  return [
    `listen: "${options.address}:${options.port}"`,
    'server_name: tandem',
    `jetstream { store_dir: ${quote(options.storeDir)}, max_memory_store: 64MB, max_file_store: 4GB }`,
    'authorization {',
    '  users: [',
    user('control', { publish: ['>'], subscribe: ['>'] }),
    user('agent', agentPermissions),
    user('observer', observerPermissions),
    '  ]',
    '}',
    '',
  ].join('\n');
}

/** An agent changes records by CAS and nothing else of the stores: R11 lets nobody on a host purge or delete them. */
const agentPermissions = {
  publish: {
    allow: ['>'],
    deny: [
      'events.>',
      'cmd.drill.>',
      'cmd.instance-manager.>',
      ...['DELETE', 'PURGE', 'UPDATE'].map((verb) => `$JS.API.STREAM.${verb}.TANDEM_TOPOLOGY`),
      ...['DELETE', 'PURGE', 'UPDATE', 'MSG.DELETE'].map((verb) => `$JS.API.STREAM.${verb}.TANDEM_EVENTS`),
      '$JS.API.STREAM.MSG.DELETE.TANDEM_TOPOLOGY',
    ],
  },
  subscribe: ['>'],
};

/**
 * An observer hears events as they happen and publishes nothing at all: whoever may send any request, if only to JetStream,
 * may name any reply subject, and has the server write its answer there, onto a topology record too (tried on 2.9.10).
 */
const observerPermissions = { publish: { deny: ['>'] }, subscribe: { allow: ['events.>'] } };

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
