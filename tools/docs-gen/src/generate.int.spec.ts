import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = join(__dirname, '../bin');
const root = mkdtempSync(join(tmpdir(), 'tandem-docs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const golden = join(root, 'libs/contracts/golden/messages.json');
const api = join(root, 'docs/generated/api.md');

function generate(...options: string[]): { status: number | null; said: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(bin, 'generate.mjs'), '--root', root, ...options], {
    encoding: 'utf8',
  });
  return { status, said: stderr };
}

describe('npm run check and npm run generate', () => {
  jest.setTimeout(60_000);

  it('fail on a difference to the committed files, and say how to renew them', () => {
    expect(generate('--check')).toMatchObject({ status: 1, said: expect.stringContaining('Run npm run generate') });
    expect(generate().status).toBe(0);
    expect(generate('--check')).toEqual({ status: 0, said: '' });
    writeFileSync(api, `${readFileSync(api, 'utf8')}A word by hand.\n`);
    expect(generate('--check').said).toContain('docs/generated/api.md differs');
    expect(generate().status).toBe(0);
  });

  it('refuse a change that breaks others, also where everything would be renewed, unless it is retired', () => {
    const before = JSON.parse(readFileSync(golden, 'utf8'));
    before['event InstanceCreated'].parts.data.colour = 'string';
    before['route GET /v1/old'] = { schemaVersion: 1, parts: {} };
    writeFileSync(golden, JSON.stringify(before));
    for (const options of [['--check'], []]) {
      const { status, said } = generate(...options);
      expect([status, said]).toEqual([1, expect.stringContaining('event InstanceCreated, data: colour is removed')]);
      expect(said).toContain('route GET /v1/old is removed');
    }
    expect(generate('--retire', 'event InstanceCreated', '--retire', 'route GET /v1/old').status).toBe(0);
    expect(generate('--check').status).toBe(0);
    expect(generate('--retire', 'event Nobody')).toMatchObject({ status: 1 });
  });

  it('know a document that is none', () => {
    const faults = (check: string, document: object): string[] => {
      const script = `import { ${check} } from ${JSON.stringify(join(bin, 'validate.mjs'))};
        import { readFileSync } from 'node:fs';
        console.log(JSON.stringify(await ${check}(JSON.parse(readFileSync(0, 'utf8')))));`;
      const options = { encoding: 'utf8', input: JSON.stringify(document) } as const;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
      return JSON.parse(stdout);
    };
    const read = (name: string) => JSON.parse(readFileSync(join(root, 'docs/generated', name), 'utf8'));
    for (const [check, name] of [
      ['faultsOfOpenApi', 'openapi.json'],
      ['faultsOfAsyncApi', 'asyncapi.json'],
    ]) {
      const { info, ...without } = read(name);
      expect(faults(check, { info, ...without })).toEqual([]);
      expect(faults(check, without).join()).toContain('info');
      const schemas = { ...without.components.schemas, Lost: { $ref: '#/components/schemas/Nobody' } };
      const dangling = { info, ...without, components: { ...without.components, schemas } };
      expect(faults(check, dangling).join()).toContain('#/components/schemas/Nobody leads nowhere');
    }
  });
});
