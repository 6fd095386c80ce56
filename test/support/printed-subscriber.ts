import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OwnedProcess } from '@tandem/testkit';
import { Platform } from './platform';

/** The subscriber that `npm start` prints, saved and run as it says; nothing else of the platform is known to it. */
export class PrintedSubscriber {
  private constructor(
    private readonly process: OwnedProcess,
    private readonly file: string,
    private readonly output: string,
  ) {}

  static start({ printed, place }: Platform): PrintedSubscriber {
    const [, rest] = printed.split(/a subscriber; save it as .*\n/);
    const code = /^(?: {4}.*\n)+/.exec(rest ?? '')?.[0];
    if (!code) throw new Error(`no subscriber was printed:\n${printed}`);
    // Where it was printed to be saved is the clone; from here the same packages are found.
    const file = join(__dirname, '..', `.subscriber-${process.pid}.mjs`);
    writeFileSync(file, code.replaceAll(/^ {4}/gm, ''));
    const output = join(place.dataDir, 'subscriber.out');
    const started = OwnedProcess.start({ command: process.execPath, args: [file], logFile: output });
    return new PrintedSubscriber(started, file, output);
  }

  /** The lines so far: position, time, type, stream and data of each event. */
  get lines(): string[] {
    const text = readFileSync(this.output, 'utf8');
    return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter(Boolean); // prettier-ignore
  }

  async stop(): Promise<void> {
    await this.process.end('SIGKILL');
    rmSync(this.file, { force: true });
  }
}
