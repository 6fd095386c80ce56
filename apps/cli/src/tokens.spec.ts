import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeApi, problem, tandem } from './test/fake-api.fixture';

const fingerprint = (secret: string) => createHash('sha256').update(secret).digest('hex').slice(0, 12);
const token = {
  id: 'tok-admin',
  name: 'admin',
  role: 'admin',
  fingerprint: fingerprint('old'),
  createdAt: '2026-01-01T00:00:00.000Z',
  rotatedAt: null,
  expiresAt: null,
  status: 'valid',
};

describe('tandem tokens', () => {
  const api = new FakeApi();
  let data: string;
  const file = (name: string) => join(data, 'secrets', name);
  beforeAll(() => api.start());
  afterAll(() => api.stop());
  beforeEach(() => {
    api.heard.splice(0);
    data = mkdtempSync(join(tmpdir(), 'tandem-tokens-'));
    mkdirSync(join(data, 'secrets'));
    writeFileSync(file('api-token'), 'old\n', { mode: 0o600 });
    writeFileSync(file('api-token-viewer'), 'other\n', { mode: 0o600 });
  });
  afterEach(() => rmSync(data, { recursive: true }));
  const env = () => ({ TANDEM_TOKEN: '', TANDEM_DATA: data });

  it('rotates the token it shows itself, and goes on with the new one from the same file', async () => {
    const answer = { token, secret: 'new', replaces: fingerprint('old') };
    api.on('POST /v1/tokens/admin/rotate', { body: answer });
    api.on('GET /v1/tokens', { body: { tokens: [token] } });
    const { code, out, err } = await tandem(api, 'tokens rotate admin --grace-seconds 5', { env: env() });
    await tandem(api, 'tokens list', { env: env() });
    expect([code, out, err]).toEqual([0, expect.stringContaining('new'), `Written to ${file('api-token')}.\n`]);
    expect(api.heard.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(api.heard[0].body).toEqual({ graceSeconds: 5 });
    expect([readFileSync(file('api-token-viewer'), 'utf8'), statSync(file('api-token')).mode & 0o777]).toEqual([
      'other\n',
      0o600,
    ]);
  });

  it('rewrites no file for the token of somebody else', async () => {
    api.on('POST /v1/tokens/ci/rotate', { body: { token, secret: 'new', replaces: fingerprint('of ci') } });
    await tandem(api, 'tokens rotate ci', { env: env() });
    expect(readFileSync(file('api-token'), 'utf8')).toBe('old\n');
  });

  it('creates with the least role unless another is asked for, and tells the secret once', async () => {
    api.on('POST /v1/tokens', { status: 201, body: { token, secret: 'fresh', replaces: null } });
    const { out } = await tandem(api, 'tokens create ci --expires-in-days 30', { env: env() });
    expect(api.heard[0].body).toEqual({ name: 'ci', role: 'viewer', expiresInDays: 30 });
    expect(out).toContain('fresh');
    expect((await tandem(api, 'tokens create ci --expires-in-days soon', { env: env() })).code).toBe(2);
  });

  it('revokes, and exits 7 where the role does not allow it', async () => {
    api.on(
      'DELETE /v1/tokens/ci',
      { body: { ...token, name: 'ci' } },
      { status: 403, body: problem(403, 'forbidden') },
    );
    expect((await tandem(api, 'tokens revoke ci', { env: env() })).out).toContain('ci (tok-admin) is revoked.');
    expect((await tandem(api, 'tokens revoke ci', { env: env() })).code).toBe(7);
  });
});
