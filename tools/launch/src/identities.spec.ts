import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashToken, parseInitialTokens } from '@tandem/platform';
import { makeTokens } from './identities';
import { pathsOf } from './layout';

describe('the tokens of a new installation', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tandem-tokens-'));
  const paths = pathsOf(dataDir);
  const user = { name: 'self', uid: process.getuid!(), gid: process.getgid!() };
  const read = (path: string): string => readFileSync(path, 'utf8');
  const files = { admin: paths.apiToken, operator: paths.apiTokenOf('operator'), viewer: paths.apiTokenOf('viewer') };
  beforeAll(() => {
    mkdirSync(paths.secrets);
    // An installation from before the roles has its administrator's token already.
    writeFileSync(paths.apiToken, 'of-before\n', { mode: 0o600 });
    makeTokens(paths, user);
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('are one for each role, each readable by its owner only; one that is there is kept', () => {
    expect(read(paths.apiToken)).toBe('of-before\n');
    expect(new Set(Object.values(files).map(read)).size).toBe(3);
    for (const file of Object.values(files)) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('are told to the gateway by their hashes', () => {
    const list = parseInitialTokens(read(paths.apiTokens), paths.apiTokens);
    expect(list).toEqual(
      Object.entries(files).map(([role, file]) => ({
        id: `tok-${role}`,
        name: role,
        role,
        hash: hashToken(read(file).trim()),
      })),
    );
    for (const file of Object.values(files)) expect(read(paths.apiTokens)).not.toContain(read(file).trim());
  });

  it('stay as they are at the next start', () => {
    const before = [...Object.values(files), paths.apiTokens].map(read);
    makeTokens(paths, user);
    expect([...Object.values(files), paths.apiTokens].map(read)).toEqual(before);
  });
});
