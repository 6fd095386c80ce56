import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverUser } from '@tandem/host';

/** A certificate authority of a test's own, with one certificate per host, named as the platform names them. */
export class TestPki {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    this.openssl('ecparam -name prime256v1 -genkey -noout -out ca.key');
    this.openssl('req -x509 -new -key ca.key -subj /CN=test -days 2 -out ca.crt');
  }

  issue(hostId: string, address: string): { caFile: string; certFile: string; keyFile: string } {
    writeFileSync(join(this.directory, 'ext'), `subjectAltName=IP:${address}\n`);
    this.openssl(`ecparam -name prime256v1 -genkey -noout -out ${hostId}.key`);
    this.openssl(`req -new -key ${hostId}.key -subj /CN=${hostId} -out request`);
    this.openssl(
      `x509 -req -in request -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out ${hostId}.crt`,
    );
    const keyFile = join(this.directory, `${hostId}.key`);
    chmodSync(keyFile, 0o600);
    const { uid, gid } = serverUser();
    chownSync(keyFile, uid, gid);
    return { caFile: join(this.directory, 'ca.crt'), certFile: join(this.directory, `${hostId}.crt`), keyFile };
  }

  private openssl(command: string): void {
    execFileSync('openssl', command.split(' '), { cwd: this.directory, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
