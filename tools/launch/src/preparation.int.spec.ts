import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const bin = resolve(__dirname, '..', 'bin');
const root = process.getuid?.() === 0;

/** The module is plain ESM: asked in a process of its own. */
const ask = (expression: string): unknown => {
  const source = `import * as preparation from ${JSON.stringify(join(bin, 'preparation.mjs'))};
    console.log(JSON.stringify(${expression}));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
};

describe('the preparation of a start', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync('/tmp/tandem-launch-pre p-');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('refuses a Node that is too old, with both versions', () => {
    expect(() => ask(`preparation.checkNode('20.18.3')`)).toThrow('20.19 or newer is needed; this is 20.18.3');
    expect(ask(`preparation.checkNode('20.19.0') ?? preparation.checkNode('22.1.0') ?? 'fits'`)).toBe('fits');
  });

  it('sees a missing or outdated npm package, and lets the lock file of this system pass', () => {
    const lock = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } });
    mkdirSync(join(dir, 'node_modules'));
    const fits = () => ask(`preparation.npmPackagesFit(${JSON.stringify(dir)})`);
    writeFileSync(join(dir, 'package-lock.json'), lock('2.0.0'));
    expect(fits()).toBe(false);
    writeFileSync(join(dir, 'node_modules/.package-lock.json'), lock('1.0.0'));
    expect(fits()).toBe(false);
    writeFileSync(join(dir, 'node_modules/.package-lock.json'), lock('2.0.0'));
    expect(fits()).toBe(true);
  });

  it('names the Debian packages that are missing when it cannot install them', () => {
    const source = `import { installSystemPackages } from ${JSON.stringify(join(bin, 'preparation.mjs'))};
      installSystemPackages();`;
    writeFileSync(join(dir, 'ask.mjs'), source);
    const env = { PATH: dir, TANDEM_PG_BIN: join(dir, 'nowhere') };
    const user = root ? ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'] : ['--nnp'];
    chmodSync(dir, 0o755);
    const run = spawnSync('/usr/bin/setpriv', [...user, process.execPath, join(dir, 'ask.mjs')], {
      env,
      encoding: 'utf8',
    });
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/cannot be installed from here.*: postgresql/);
  });

  // The script writes to /usr/sbin and /etc: both are covered by directories of this test, in a mount namespace.
  (root ? it : it.skip)('installs without services or a default cluster, and puts everything back', () => {
    const covered = { sbin: join(dir, 'sbin'), etc: join(dir, 'etc'), tools: join(dir, 'tools') };
    Object.values(covered).forEach((path) => mkdirSync(path));
    writeFileSync(join(covered.etc, 'createcluster.conf'), 'ssl = on\n');
    writeFileSync(join(covered.sbin, 'policy-rc.d'), "the administrator's own", { mode: 0o700 });
    const log = join(dir, 'log');
    const aptGet = `#!/bin/sh
echo "$* | $(/usr/sbin/policy-rc.d; echo policy $?) | $(grep -c '^create_main_cluster = false' /etc/postgresql-common/createcluster.conf)" >> '${log}'
case "$*" in *nats-server*) exit "\${FAIL:-0}";; esac
`;
    writeFileSync(join(covered.tools, 'apt-get'), aptGet, { mode: 0o755 });
    const script = `mount --bind "$1/sbin" /usr/sbin && mount --bind "$1/etc" /etc/postgresql-common && shift && exec "$@"`;
    const install = (fail: string): number | null => {
      const args = ['--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'x', dir, '/bin/sh'];
      const packages = [join(bin, 'install-packages.sh'), 'postgresql', 'nats-server'];
      const env = { PATH: `${covered.tools}:/usr/bin:/bin`, FAIL: fail };
      return spawnSync('unshare', [...args, ...packages], { env }).status;
    };
    expect(install('0')).toBe(0);
    expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([
      'update | policy 101 | 0',
      'install -y --no-install-recommends postgresql-common | policy 101 | 0',
      'install -y --no-install-recommends postgresql nats-server | policy 101 | 1',
    ]);
    expect(install('7')).not.toBe(0);
    expect(readFileSync(join(covered.etc, 'createcluster.conf'), 'utf8')).toBe('ssl = on\n');
    expect(readFileSync(join(covered.sbin, 'policy-rc.d'), 'utf8')).toBe("the administrator's own");
    rmSync(join(covered.sbin, 'policy-rc.d'));
    expect(install('0')).toBe(0);
    expect(existsSync(join(covered.sbin, 'policy-rc.d'))).toBe(false);
  });

  it('finds what a test run has left behind by its mark, and ends nothing else', () => {
    cpSync(join(bin, 'stray-processes.mjs'), join(dir, 'stray-processes.mjs'));
    const source = `
      import { spawn } from 'node:child_process';
      import { endStrays } from './stray-processes.mjs';
      const sleep = (mark) => spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { ...process.env, ...mark } });
      const ours = sleep({ TANDEM_TEST_RUN: 'this-run' });
      const other = sleep({ TANDEM_TEST_RUN: 'other-run' });
      const ended = new Promise((done) => ours.once('exit', done));
      const found = await endStrays('this-run', 0);
      const lives = other.kill(0);
      other.kill('SIGKILL');
      await ended;
      console.log(JSON.stringify({ found, lives, signal: ours.signalCode }));`;
    writeFileSync(join(dir, 'ask.mjs'), source);
    const output = execFileSync(process.execPath, [join(dir, 'ask.mjs')], { encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({ found: ['sleep 60'], lives: true, signal: 'SIGKILL' });
  });
});
