import { execFile } from 'node:child_process';
import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** debootstrap took 25 to 50 s. */
const BOUND_MS = 180_000;

/**
 * Makes the base images of docker/Dockerfile where none can be pulled: a minimal Debian with this machine's Node.js and
 * npm, under both names. For an engine that is thrown away: the images are not what their names say.
 */
export async function importBaseImages(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  await run('nice', ['-n', '15', '/usr/sbin/debootstrap', '--variant=minbase', 'bookworm', root], {
    timeout: BOUND_MS,
  });
  const local = join(root, 'usr/local');
  await cp(process.execPath, join(local, 'bin/node'));
  await mkdir(join(local, 'lib/node_modules'), { recursive: true });
  const npm = join(dirname(process.execPath), '..', 'lib/node_modules/npm');
  await cp(npm, join(local, 'lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  const script = 'tar -C "$1" -c . | docker import - node:20-bookworm-slim';
  await run('sh', ['-c', script, 'import', root], { env, timeout: BOUND_MS });
  await run('docker', ['tag', 'node:20-bookworm-slim', 'debian:bookworm-slim'], { env });
  await rm(root, { recursive: true, force: true });
}
