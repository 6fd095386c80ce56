// What has to be there before anything else can run. Plain JavaScript on Node alone: nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const REQUIRED_NODE = [20, 19];

/** A message for the user instead of a stack. */
export class CannotPrepare extends Error {}

/** Node, npm packages, Debian packages and the build, each only when it is missing. */
export function prepare() {
  checkNode();
  installNpmPackages();
  installSystemPackages();
  build();
}

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [needMajor, needMinor] = REQUIRED_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new CannotPrepare(`Node.js ${needMajor}.${needMinor} or newer is needed; this is ${version}.`);
}

export function installNpmPackages() {
  if (npmPackagesFit(root)) return;
  console.log('Installing npm packages (npm ci) ...');
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=warn'], { cwd: root, stdio: 'inherit' });
  if (run.status === 0) return;
  throw new CannotPrepare('npm ci failed (see above). Is the registry reachable? Then run it again: npm ci');
}

/** True when every package that the lock file demands is there in its version. */
export function npmPackagesFit(directory) {
  const installed = readJson(join(directory, 'node_modules', '.package-lock.json'))?.packages;
  const wanted = readJson(join(directory, 'package-lock.json'))?.packages;
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted)
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional && !entry.link)
    .every(([path, entry]) => installed[path]?.version === entry.version);
}

const needs = [
  { program: 'nats-server', package: 'nats-server' },
  { program: 'pgbouncer', package: 'pgbouncer' },
  { program: 'openssl', package: 'openssl' },
  { program: 'unshare', package: 'util-linux' },
  { program: 'setpriv', package: 'util-linux' },
];

/** What only tests need: a Docker engine to build and run docker-compose.yml with, and file systems to fill. */
const testNeeds = [
  { program: 'dockerd', package: 'docker.io' },
  { program: 'docker-compose', package: 'docker-compose' },
  { program: 'debootstrap', package: 'debootstrap' },
  { program: 'iptables', package: 'iptables' },
  { program: 'ip', package: 'iproute2' },
  { program: 'mkfs.ext4', package: 'e2fsprogs' },
];

const packagesOf = (wanted) => wanted.filter(({ program }) => !onPath(program)).map((need) => need.package);

/** Debian packages that are missing here, each once. */
export function missingSystemPackages() {
  const missing = packagesOf(needs);
  const server = process.env.TANDEM_PG_BIN ?? postgresDirectory();
  if (server === null || !existsSync(join(server, 'initdb'))) missing.unshift('postgresql');
  return [...new Set(missing)];
}

export function installSystemPackages() {
  const missing = missingSystemPackages();
  if (missing.length === 0) return;
  const names = missing.join(' ');
  const [command, ...before] = asRoot();
  if (!onPath('apt-get') || command === null) {
    const why = command === null ? 'neither root nor sudo without a password' : 'no apt-get';
    throw new CannotPrepare(
      `These Debian packages are missing and cannot be installed from here (${why}): ${names}\n` +
        `Install them, without a default cluster, then run npm start again: apt-get install ${names}`,
    );
  }
  if (!install(missing, [command, ...before]) || missingSystemPackages().length > 0) {
    throw new CannotPrepare(
      `Installing Debian packages failed (see above). Needed: ${missingSystemPackages().join(' ')}`,
    );
  }
}

/** As root only, and only if that works: what is missing all the same is told by the tests that are skipped. */
export function installTestPackages() {
  const missing = packagesOf(testNeeds);
  if (process.getuid() !== 0 || !onPath('apt-get') || missing.length === 0) return;
  if (!install(missing, [''])) console.log(`Without ${missing.join(' ')} the tests that need them are skipped.`);
}

function install(packages, [command, ...before]) {
  console.log(`Installing Debian packages: ${packages.join(' ')} ...`);
  const script = join(root, 'tools/launch/bin/install-packages.sh');
  const [file, ...args] = [...(command === '' ? [] : [command]), ...before, '/bin/sh', script, ...packages];
  return spawnSync(file, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** How to run something as root: [''] as it is, ['sudo', '-n'], or [null]. */
function asRoot() {
  if (process.getuid() === 0) return [''];
  const sudo = onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return sudo ? ['sudo', '-n'] : [null];
}

/** Builds when a source has changed since the last build here; a look costs some milliseconds, nx some seconds. */
export function build() {
  const stampFile = join(root, 'tools/launch/dist/build-stamp');
  const stamp = sourceStamp(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.log('Building ...');
  const nx = join(root, 'node_modules/.bin/nx');
  const run = spawnSync(process.execPath, [nx, 'run', 'tandem:build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  if (run.status !== 0) throw new CannotPrepare(`The build failed:\n${run.stdout}${run.stderr}`);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Changes whenever a source file of the workspace is written. */
export function sourceStamp(directory) {
  const hash = createHash('sha256');
  const add = (path) => {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  };
  for (const file of ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json']) add(join(directory, file));
  for (const group of ['apps', 'libs', 'tools']) {
    for (const project of readdirSync(join(directory, group)).sort()) {
      const config = join(directory, group, project, 'tsconfig.json');
      if (!existsSync(config)) continue;
      add(config);
      const source = join(directory, group, project, 'src');
      const files = readdirSync(source, { recursive: true }).filter((name) => name.endsWith('.ts'));
      files.sort().forEach((name) => add(join(source, name)));
    }
  }
  return hash.digest('hex');
}

function postgresDirectory() {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base)
    ? readdirSync(base)
        .map(Number)
        .filter((version) => version >= 15)
    : [];
  return versions.length === 0 ? null : join(base, String(Math.max(...versions)), 'bin');
}

function onPath(program) {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return directories.some((directory) => directory !== '' && existsSync(join(directory, program)));
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
