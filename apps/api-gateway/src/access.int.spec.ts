import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { problemRegistry, TokenSecretView, TokenView } from '@tandem/contracts';
import { fingerprintOf, hashToken } from '@tandem/platform';
import { eventually } from '@tandem/testkit';
import { routeRoles } from './access/route-roles';
import { Answered, GatewayUnderTest, token, tokenOf } from './test/gateway.fixture';

describe('access to the API', () => {
  jest.setTimeout(30_000);
  const gateway = new GatewayUnderTest({ nats: 22031, database: 22032, api: 22033 });
  const otherPort = 22034;
  let other: NestFastifyApplication;

  beforeAll(async () => {
    await gateway.start();
    other = await gateway.startCopy(otherPort);
  });
  afterAll(async () => {
    await other?.close();
    await gateway.stop();
  });

  const as = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const ask = (secret: string, method = 'GET', path = '/v1/hosts', port?: number) =>
    gateway.call(method, path, undefined, as(secret), port);
  const created = async (more: object = {}): Promise<TokenSecretView> => {
    const body = { name: `t-${randomUUID().slice(0, 8)}`, role: 'viewer', ...more };
    const answer = await gateway.call('POST', '/v1/tokens', body);
    expect(answer.status).toBe(201);
    return answer.body as unknown as TokenSecretView;
  };
  const rotated = async (id: string, body: object = {}) =>
    (await gateway.call('POST', `/v1/tokens/${id}/rotate`, body)).body as unknown as TokenSecretView;

  function expectProblem(answer: Answered, code: keyof typeof problemRegistry): void {
    expect([answer.body.code, answer.status]).toEqual([code, problemRegistry[code].status]);
  }

  describe('by role', () => {
    const order = ['viewer', 'operator', 'admin'] as const;
    const routes = [...routeRoles].filter(([, role]) => role !== 'open');

    it.each(routes)('%s is for the role %s and those above it', async (route, needed) => {
      const [method, pattern] = route.split(' ');
      const path = pattern.replace(':idOrName', 'nobody').replace(':token', 'nobody').replace(':id', 'nobody');
      if (path === '/v1/events/stream') return;
      for (const role of order) {
        const answer = await ask(tokenOf[role], method, path);
        const allowed = order.indexOf(role) >= order.indexOf(needed as 'viewer');
        expect([role, answer.body.code === 'forbidden']).toEqual([role, !allowed]);
        if (!allowed) expect(answer.body).toMatchObject({ status: 403, role: needed });
      }
    });

    it('is refused before the body is read', async () => {
      const answer = await gateway.call('POST', '/v1/instances', '{"name":', as(tokenOf.viewer));
      expectProblem(answer, 'forbidden');
    });

    it('leaves /healthz to everybody', async () => {
      expect((await gateway.call('GET', '/healthz', undefined, { authorization: '' })).status).toBe(200);
    });
  });

  describe('by tokens', () => {
    it('stores hashes and tells fingerprints, and no event, log or table has the secret', async () => {
      const { secret, token: made } = await created();
      const { rows } = await gateway.pool.query('SELECT * FROM api_tokens');
      const seen = JSON.stringify([rows, await gateway.log.readAll({}), gateway.logged]);
      expect(seen).toContain(hashToken(secret));
      expect(seen).not.toContain(secret);
      expect(JSON.stringify(await gateway.log.readAll({}))).not.toContain(hashToken(secret));
      expect(made.fingerprint).toBe(fingerprintOf(hashToken(secret)));
      const { tokens } = (await gateway.call('GET', '/v1/tokens')).body as unknown as { tokens: TokenView[] };
      expect(tokens.find(({ id }) => id === made.id)).toEqual(made);
    });

    it('lets a new token in at every copy, and a revoked one at none', async () => {
      const { secret, token: made } = await created();
      await eventually(
        'the other copy knows it',
        async () => (await ask(secret, 'GET', '/v1/hosts', otherPort)).status === 200,
      );
      expect((await gateway.call('DELETE', `/v1/tokens/${made.name}`)).body).toMatchObject({ status: 'revoked' });
      expectProblem(await ask(secret), 'unauthenticated');
      await eventually(
        'the other copy has forgotten it',
        async () => (await ask(secret, 'GET', '/v1/hosts', otherPort)).status === 401,
      );
      expectProblem(await gateway.call('DELETE', `/v1/tokens/${made.name}`), 'token-unknown');
    });

    it('rotates: the old secret goes on for its grace, and without one ends at once', async () => {
      const { secret: first, token: made } = await created();
      const second = await rotated(made.id, { graceSeconds: 60 });
      expect(second.replaces).toBe(made.fingerprint);
      expect([(await ask(first)).status, (await ask(second.secret)).status]).toEqual([200, 200]);
      const third = await rotated(made.name, { graceSeconds: 0 });
      expect([(await ask(first)).status, (await ask(second.secret)).status]).toEqual([401, 401]);
      expect((await ask(third.secret)).status).toBe(200);
    });

    it('ends a token at its time, and says so', async () => {
      const { secret, token: made } = await created({ expiresInDays: 1 });
      expect(Date.parse(made.expiresAt!) - Date.parse(made.createdAt)).toBe(86_400_000);
      expect((await ask(secret)).status).toBe(200);
      await gateway.pool.query("UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE id = $1", [
        made.id,
      ]);
      const { token: fresh } = await created();
      expectProblem(await ask(secret), 'token-expired');
      expect((await gateway.call('GET', '/v1/tokens')).body.tokens).toContainEqual(
        expect.objectContaining({ id: made.id, status: 'expired' }),
      );
      await gateway.call('DELETE', `/v1/tokens/${fresh.id}`);
    });

    it('refuses a second token of one name, an unknown one, and the end of the last administrator', async () => {
      const { token: made } = await created();
      expectProblem(await gateway.call('POST', '/v1/tokens', { name: made.name, role: 'viewer' }), 'token-name-taken');
      expectProblem(await gateway.call('POST', '/v1/tokens/nobody/rotate', {}), 'token-unknown');
      expectProblem(await gateway.call('DELETE', '/v1/tokens/tok-admin'), 'token-last-admin');
      expect((await ask(token)).status).toBe(200);
    });

    it('tells whose token it is', async () => {
      const answer = await ask(tokenOf.operator, 'GET', '/v1/tokens/self');
      expect(answer.body).toMatchObject({ id: 'tok-operator', role: 'operator', status: 'valid' });
    });

    it("does not bring back what was revoked when a gateway starts again with the launcher's list", async () => {
      await gateway.call('DELETE', '/v1/tokens/tok-viewer');
      await gateway.stopGateway();
      await gateway.startGateway();
      expectProblem(await ask(tokenOf.viewer), 'unauthenticated');
      expect((await ask(tokenOf.operator)).status).toBe(200);
    });

    it('knows its tokens while the control database is down', async () => {
      await gateway.database.stop('at-once');
      expect((await ask(token)).status).toBe(200);
      expectProblem(await gateway.call('POST', '/v1/tokens', { name: 'late', role: 'viewer' }), 'unavailable');
      await gateway.database.start();
      await eventually(
        'the database is used again',
        async () => (await gateway.call('GET', '/v1/tokens')).status === 200,
      );
    });
  });

  describe('by rate', () => {
    const limitedPort = 22035;
    let limited: NestFastifyApplication;
    beforeAll(async () => {
      limited = await gateway.startCopy(limitedPort, { rate: { perSecond: 1, burst: 20 } });
    });
    afterAll(() => limited?.close());
    const burst = async (secret: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => ask(secret, 'GET', '/v1/hosts', limitedPort)));

    it('holds up the token that asks too often, says for how long, and no other', async () => {
      const answers = await burst(token, 30);
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(8);
      expectProblem(refused[0], 'rate-limited');
      expect(Number(refused[0].headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await ask(tokenOf.operator, 'GET', '/v1/hosts', limitedPort)).status).toBe(200);
    });

    it('stops one who tries tokens out long before, on any path', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => ask(`guess-${n}`, 'GET', n % 2 ? '/nothing' : '/v1/hosts', limitedPort)),
      );
      expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3);
      expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(7);
    });
  });
});
