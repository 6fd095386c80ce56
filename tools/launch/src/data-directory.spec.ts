import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstBlocked, prepareDataDirectory } from './data-directory';
import { Settings } from './settings';

const stranger = { uid: 65_534, gid: 65_534 };

describe('the data directory', () => {
  let top: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'tandem-launch-'));
    chmodSync(top, 0o755);
    mkdirSync(join(top, 'closed', 'inner'), { recursive: true });
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('names the first directory that the unprivileged user may not enter', () => {
    expect(firstBlocked(join(top, 'closed', 'inner'), stranger)).toBeNull();
    chmodSync(join(top, 'closed'), 0o700);
    expect(firstBlocked(join(top, 'closed', 'inner'), stranger)).toBe(join(top, 'closed'));
  });

  it('refuses a path whose Unix sockets would be too long, and says by how much', () => {
    const settings: Settings = {
      dataDir: `/tmp/${'x'.repeat(80)}`,
      portBase: 7400,
      user: { name: 'nobody', ...stranger },
      dropsToUser: false,
      codeDir: '/',
      pgBin: '/',
      createsDemo: false,
    };
    expect(() => prepareDataDirectory(settings)).toThrow(/is \d+ bytes too long.*TANDEM_DATA/);
  });
});
