import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootId } from '@tandem/simhost';
import { lockHolder, takeLock } from './launcher-lock';

describe('the lock of a data directory', () => {
  const dir = mkdtempSync('/tmp/tandem-launch-lock-');
  const path = join(dir, 'launcher.lock');
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is held by one launcher at a time, which the next one is told', () => {
    const release = takeLock(path);
    expect(() => takeLock(path)).toThrow(`pid ${process.pid}`);
    release();
    expect(lockHolder(path)).toBeNull();
    takeLock(path)();
  });

  it('is taken over from a dead launcher, even where another process has its pid now', () => {
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: '1', bootId: bootId() }));
    takeLock(path)();
  });

  it('is taken over when the file is broken', () => {
    writeFileSync(path, '{');
    takeLock(path)();
  });
});
