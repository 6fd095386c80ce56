import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryPoint, guardEntryPoint, hosts, services } from '../services';

/** Programs that do no more than the launcher needs to see, in the places of the real ones. */
export function writeStandIns(codeDir: string): void {
  const programs: Record<string, string> = {
    ...Object.fromEntries(services.map((name) => [entryPoint(name), IDLE])),
    [entryPoint('api-gateway')]: API,
    [entryPoint('node-agent')]: AGENT,
    [guardEntryPoint]: IDLE,
  };
  for (const [file, source] of Object.entries(programs)) {
    mkdirSync(join(codeDir, file, '..'), { recursive: true });
    writeFileSync(join(codeDir, file), source);
  }
  chmodSync(codeDir, 0o755);
}

const IDLE = `setInterval(() => {}, 1000);`;

// The first agent of a host starts a process that outlives it, as PostgreSQL does.
const AGENT = `
const { spawn } = require('node:child_process');
const { existsSync, writeFileSync } = require('node:fs');
const marker = process.env.TANDEM_HOST_DIR + '/worker-' + require('node:fs').readFileSync('/proc/1/stat', 'utf8').split(' ')[21];
if (!existsSync(marker)) {
  writeFileSync(marker, '');
  spawn('sleep', ['7777'], { detached: true, stdio: 'ignore' }).unref();
}
setInterval(() => {}, 1000);
`;

const view = {
  id: 'pg-00000000',
  name: 'demo',
  edition: 'ha',
  zones: 'multi-zone',
  status: 'available',
  primary: { nodeId: 'pg-00000000-n1', hostId: 'host-b1', zone: 'zone-b' },
  endpoints: {
    session: { port: 1, oneName: 'postgresql://app:PASSWORD@127.0.0.1:1/app', multiHost: 'multi:PASSWORD', jdbc: '' },
    pooled: { port: 2, oneName: 'postgresql://app:PASSWORD@127.0.0.1:2/app', multiHost: 'multi:PASSWORD', jdbc: '' },
  },
};

const API = `
const { readFileSync, existsSync, writeFileSync } = require('node:fs');
const { execFileSync } = require('node:child_process');
const made = process.env.TANDEM_DATA + '/demo-made';
const token = readFileSync(process.env.TANDEM_DATA + '/secrets/api-token', 'utf8').trim();
const query = new URL(process.env.TANDEM_CONTROL_DB);
const user = query.searchParams.get('user');
require('node:http').createServer((request, response) => {
  const reply = (status, body) => { response.statusCode = status; response.end(JSON.stringify(body)); };
  if (request.url === '/healthz') {
    const args = ['-h', query.searchParams.get('host'), '-p', query.searchParams.get('port'), '-U', user, 'tandem'];
    execFileSync('psql', [...args, '-c', 'select 1']);
    return reply(200, {});
  }
  if (request.headers.authorization !== 'Bearer ' + token) return reply(401, {});
  if (request.url === '/v1/hosts') return reply(200, ${JSON.stringify({ hosts: hosts.map(({ id }) => ({ id, state: 'live' })) })});
  if (request.method === 'POST') {
    writeFileSync(made, '');
    return reply(202, { credentials: { account: 'app', database: 'app', password: 'given-once-at-creation' } });
  }
  return existsSync(made) ? reply(200, ${JSON.stringify(view)}) : reply(404, {});
}).listen(Number(process.env.TANDEM_HEALTH_PORT), '127.0.0.1');
`;
