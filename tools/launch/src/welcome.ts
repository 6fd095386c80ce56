import { type InstanceView, subjects } from '@tandem/contracts';
import { hosts } from './services';
import { type Paths, pathsOf, portsOf } from './layout';
import { sampleSubscriber } from './sample-subscriber';
import { Settings } from './settings';

/** What a user reads when everything is up. Pure. */
export function welcome(options: {
  settings: Settings;
  apiUrl: string;
  demo: InstanceView | null;
  password: string | null;
}): string {
  const { settings, apiUrl, demo, password } = options;
  const paths = pathsOf(settings.dataDir);
  const lines = [
    '',
    'Tandem is running.',
    `  API      ${apiUrl}`,
    `  tokens   ${paths.apiToken}   (administrator)`,
    `           ${paths.apiTokenOf('operator')}, ${paths.apiTokenOf('viewer')}`,
    `  logs     ${paths.logs}`,
  ];
  if (demo !== null) lines.push(...demoLines(demo, password, paths.demo));
  lines.push(...subscriberLines(settings, paths));
  lines.push('', 'End it with Ctrl-C or `npm stop`; `npm start` takes up the same data.', '');
  return lines.join('\n');
}

function demoLines(demo: InstanceView, password: string | null, passwordFile: string): string[] {
  const fill = (text: string) => (password === null ? text : text.replaceAll('PASSWORD', password));
  const { session, pooled } = demo.endpoints;
  const primaryHost = demo.primary?.hostId ?? hosts[0].id;
  return [
    '',
    `Instance \`demo\` (${demo.edition}, ${demo.zones}), for every driver:`,
    `  session  ${fill(session.oneName)}`,
    `  pooled   ${fill(pooled.oneName)}`,
    'For libpq, over all endpoint hosts:',
    `  session  ${fill(session.multiHost)}`,
    ...(password === null
      ? ['  (its password was shown at its creation only)']
      : [`  password also in ${passwordFile}`]),
    '',
    'Try:',
    `  psql '${fill(session.oneName)}'`,
    '  npx tandem events --follow',
    `  npx tandem drill kill-host ${primaryHost}     # the host of the primary; start-host brings it back`,
  ];
}

/** All that a program outside needs to know; a test subscribes with nothing else. */
function subscriberLines({ portBase, codeDir }: Settings, paths: Paths): string[] {
  const url = `nats://127.0.0.1:${portsOf(portBase).nats}`;
  const credentialsFile = paths.natsCredentials('observer');
  return [
    '',
    'Events for other programs (docs/SUBSCRIBING.md):',
    `  NATS      ${url}   (user observer, who may subscribe and nothing else: ${credentialsFile})`,
    `  subjects  ${subjects.allEvents}, that is events.<category>.<id>.<Type>, such as events.topology.*.PrimaryOpened`,
    `  a subscriber; save it as ${codeDir}/subscriber.mjs and run it with node:`,
    ...sampleSubscriber({ url, credentialsFile }).map((line) => `    ${line}`),
  ];
}
