import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { serverUser } from '@tandem/host';
import { hosts } from '@tandem/launch';
import { readHostRecord } from '@tandem/simhost';
import { Surroundings } from './fault-file';
import { Platform } from './platform';

/**
 * A file system of its own below the nodes of one simulated host, in that host's own mount namespace: it can be filled,
 * and held still like a disk that does not answer any more. It ends with the host.
 */
class HostDisk {
  private readonly image: string;
  private readonly at: string;

  constructor(
    private readonly hostDir: string,
    megabytes: number,
  ) {
    this.image = join(hostDir, 'disk.img');
    this.at = join(hostDir, 'nodes');
    execFileSync('fallocate', ['-l', `${megabytes}MiB`, this.image]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', this.image]);
    const { uid, gid } = serverUser();
    mkdirSync(this.at, { recursive: true });
    chownSync(this.at, uid, gid);
    this.inside('mount', '-o', 'loop', this.image, this.at);
    this.inside('chown', `${uid}:${gid}`, this.at);
    this.inside('rmdir', join(this.at, 'lost+found'));
  }

  /** Takes all the space that is left. */
  fill(): void {
    this.inside('sh', '-c', 'cat /dev/zero > "$1" 2> /dev/null || true', 'sh', this.filler);
  }

  /** Gives back what `fill` took, as a disk that has been grown does. */
  grow(): void {
    this.inside('rm', '-f', this.filler);
  }

  /** From now on no write ends, and a process that waits for one takes no signal. */
  hang(): void {
    this.inside('fsfreeze', '--freeze', this.at);
  }

  answer(): void {
    this.inside('fsfreeze', '--unfreeze', this.at);
  }

  remove(): void {
    this.inside('umount', this.at);
    rmSync(this.image, { force: true });
  }

  private get filler(): string {
    return join(this.at, 'filler');
  }

  private inside(...command: string[]): string {
    const pid = readHostRecord(this.hostDir)?.init.pid;
    return execFileSync('nsenter', [`--mount=/proc/${pid}/ns/mnt`, ...command], { encoding: 'utf8' });
  }
}

/** A disk for each database host, because placement chooses two of them. */
export class HostDisks implements Surroundings {
  /** Only root can make a file system; elsewhere what needs one is skipped, and counted. */
  readonly possible = process.getuid?.() === 0;
  private readonly disks = new Map<string, HostDisk>();

  constructor(private readonly megabytes: number) {}

  make({ paths }: Platform): void {
    for (const { id, roles } of hosts)
      if (roles.some((role) => role === 'database')) this.disks.set(id, new HostDisk(paths.host(id), this.megabytes));
  }

  of({ hostId }: { hostId: string }): HostDisk {
    return this.disks.get(hostId)!;
  }

  remove(): void {
    this.disks.forEach((disk) => disk.remove());
  }
}
