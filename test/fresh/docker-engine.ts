import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerAnswers, eventually, OwnedProcess } from '@tandem/testkit';
import { importBaseImages } from './base-image';
import { keepPacketFilter } from './packet-filter';

const run = promisify(execFile);

/** A Docker engine, with the environment that leads its clients to it. */
export interface DockerEngine {
  readonly env: NodeJS.ProcessEnv;
  /** Whether official images can be had: an engine of our own has only what was made here. */
  readonly pulls: boolean;
  stop(): Promise<void>;
}

/** Whether an engine answers, or one can be started by hand: as root, with the programs and the rights for it. */
export function engineAvailable(): boolean {
  if (dockerAnswers()) return true;
  const programs = ['/usr/sbin/dockerd', '/usr/sbin/debootstrap', '/usr/sbin/iptables'];
  if (process.getuid?.() !== 0 || !programs.every(existsSync)) return false;
  const rights = ['--mount', '--net', '--fork', 'sh', '-c', 'mount -t tmpfs none /mnt && /usr/sbin/iptables -nL'];
  return spawnSync('unshare', rights, { stdio: 'ignore' }).status === 0;
}

/** The engine that answers, which pulls base images; else one of our own below `dir`, with base images made here. */
export async function openEngine(dir: string): Promise<DockerEngine> {
  if (dockerAnswers()) return { env: process.env, pulls: true, stop: async () => undefined };
  const restorePacketFilter = await keepPacketFilter();
  const address = `unix://${join(dir, 'docker.sock')}`;
  const places = ['--data-root', join(dir, 'engine'), '--exec-root', join(dir, 'exec')];
  const args = [...places, '--pidfile', join(dir, 'dockerd.pid'), '--host', address];
  const daemon = OwnedProcess.start({ command: '/usr/sbin/dockerd', args, logFile: join(dir, 'dockerd.log') });
  const env = { ...process.env, DOCKER_HOST: address };
  const stop = async (): Promise<void> => {
    await daemon.end('SIGTERM', 30_000);
    // An engine that ends leaves its bridge; one that never got so far has made none.
    await run('/sbin/ip', ['link', 'delete', 'docker0']).catch(() => undefined);
    await restorePacketFilter();
    await rm(join(dir, 'engine'), { recursive: true, force: true });
  };
  try {
    await eventually('the engine answers', () => run('docker', ['info'], { env }), 30_000);
    await importBaseImages(join(dir, 'root'), env);
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, pulls: false, stop };
}
