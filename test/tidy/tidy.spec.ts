import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemRegistry, refusalRegistry } from '@tandem/contracts';

const root = join(__dirname, '../..');
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((name) => name !== '');
const textOf = (name: string): string => readFileSync(join(root, name), 'utf8');
const sources = files.filter((name) => /^(apps|libs|tools)\/.*\.ts$/.test(name) && !/\.spec\.ts$|\/test\//.test(name));
const holding = (text: string, among = sources): string[] => among.filter((name) => textOf(name).includes(text));

describe('the house keeps its promises', () => {
  it('promotes a PostgreSQL in one place', () => {
    expect(holding('pg_promote(')).toEqual(['libs/postgres/src/promote.ts']);
  });

  it('writes synchronous_standby_names in one place', () => {
    expect(holding('synchronous_standby_names')).toEqual(['libs/postgres/src/names.ts']);
  });

  it('begins an epoch in one place', () => {
    const callers = holding('promoted(').filter((name) => /promoted\(\s*version\.record/.test(textOf(name)));
    expect(callers).toEqual(['apps/failover-orchestrator/src/decide-failover/failover-case.ts']);
  });

  it('shows the whole of a library on one screen', () => {
    const doors = sources.filter((name) => /^libs\/[^/]+\/src\/index\.ts$/.test(name));
    const wide = doors.filter((name) => textOf(name).split('\n').length > 50);
    expect(doors.length).toBeGreaterThan(5);
    expect(wide).toEqual([]);
  });

  it('leaves no test out and nothing to do later', () => {
    const tests = files.filter((name) => /\.spec\.ts$/.test(name));
    expect(tests.filter((name) => /\b(it|describe|test)\.only\(/.test(textOf(name)))).toEqual([]);
    expect(
      [...sources, ...tests].filter((name) => /\b(TODO|FIXME)\b/.test(textOf(name)) && !name.includes('tidy')),
    ).toEqual([]);
  });

  it('names no registry, and the lock file no address', () => {
    const places = /registry\.npmjs|deb\.debian|docker\.io\/|ghcr\.io/;
    const named = files.filter((name) => !name.includes('test/tidy/') && places.test(textOf(name)));
    expect(named).toEqual([]);
  });

  it('gives every project a type and a plane, without which it has no boundaries', () => {
    const projects = files.filter((name) => /^(apps|libs|tools)\/[^/]+\/package\.json$/.test(name));
    const tags = (name: string): string[] => JSON.parse(textOf(name)).nx?.tags ?? [];
    const kindsOf = (name: string) => tags(name).map((tag) => tag.split(':')[0]);
    expect(projects.length).toBeGreaterThan(15);
    expect(projects.filter((name) => kindsOf(name).join() !== 'type,plane')).toEqual([]);
  });

  it('refuses in words of the contracts only', () => {
    // The event log is asked by its own process: no message tells of its conflict.
    const known = new Set([...Object.keys(problemRegistry), ...Object.keys(refusalRegistry), 'version-conflict']);
    const said = sources.flatMap((name) =>
      [...textOf(name).matchAll(/\brejected\('([^']+)'/g)].map(([, code]) => ({ name, code })),
    );
    expect(said.length).toBeGreaterThan(10);
    expect(said.filter(({ code }) => !known.has(code))).toEqual([]);
  });

  it('cites every rule of the protocol in the code, and in docs/PROTOCOL.md', () => {
    const rules = Array.from({ length: 15 }, (_, i) => `R${i + 1}`);
    const cited = (rule: string) => sources.some((name) => new RegExp(`\\b${rule}\\b`).test(textOf(name)));
    expect(rules.filter((rule) => !cited(rule))).toEqual([]);
    const protocol = textOf('docs/PROTOCOL.md');
    expect(rules.filter((rule) => !new RegExp(`\\*\\*${rule}\\b`).test(protocol))).toEqual([]);
  });
});
