import { request as httpRequest } from 'node:http';
import { controlRequests, drillVerbs, httpRoutes, ProblemDocument, problemRegistry, subjects } from '@tandem/contracts';
import { serve } from '@tandem/messaging';
import { accepted } from '@tandem/platform';
import { eventually } from '@tandem/testkit';
import fc from 'fast-check';
import { z } from 'zod';
import { GatewayUnderTest, id, plan, spec, token } from './test/gateway.fixture';
import { nastyBody, nastyHeader, nastySegment, nastyText } from './test/nasty-input.fixture';

/** A request that is answered within this was not stuck. */
const ANSWER_LIMIT_MS = 3_000;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Each request is drawn at random, and printed with its seed when it gets an answer that is not documented. */
describe('whatever a client sends', () => {
  jest.setTimeout(120_000);
  const gateway = new GatewayUnderTest({ nats: 22051, database: 22052, api: 22053 });
  const unfit: string[] = [];

  beforeAll(async () => {
    await gateway.start();
    const ids = { instanceId: id, operationId: 'op-create' };
    await gateway.event(`instance:${id}`, 'InstanceCreationRequested', { ...ids, spec: spec('demo'), plan: plan(id) });
    await gateway.event(`instance:${id}`, 'InstanceCreated', ids);
    await gateway.record(id, {});
    await eventually('demo is known', async () => (await gateway.call('GET', '/v1/instances/demo')).status === 200);
    serveAll();
    await gateway.bus.nc.flush();
  });
  afterAll(() => gateway.stop());

  /** Services that do whatever fits the contracts, and note what does not: the gateway must not have let it through. */
  function serveAll(): void {
    for (const [service, verbs] of Object.entries(controlRequests)) {
      for (const [verb, { request }] of Object.entries(verbs)) {
        serve(gateway.bus, subjects.service(service, verb), {}, z.record(z.string(), z.unknown()), async (body) => {
          const parsed = (request as z.ZodType).safeParse(body);
          if (!parsed.success) unfit.push(JSON.stringify(body));
          if (verb === 'what-if')
            return accepted({ instanceId: body.instanceId, epoch: 1, state: 'open', answers: [] });
          const operationId = body.operationId as string;
          const instanceId = (body.instanceId as string | undefined) ?? 'pg-cccccccc';
          // As the manager would: what it was given stands in an event, and the event log must take it.
          const data = { instanceId, operationId, settings: Object.keys(body) };
          await gateway.log.append(`operation:${operationId}`, 'any', [
            { id: crypto.randomUUID(), type: 'InstanceChangeCompleted', data, meta: { actor: 'test' } },
          ]);
          if (body.tags) {
            const tagged = { instanceId: 'pg-bbbbbbbb', operationId, tags: body.tags };
            await gateway.log.append('instance:pg-bbbbbbbb', 'any', [
              { id: crypto.randomUUID(), type: 'InstanceTagged', data: tagged, meta: { actor: 'test' } },
            ]);
          }
          return accepted({ instanceId, operationId });
        });
      }
    }
    for (const verb of drillVerbs) {
      serve(gateway.bus, subjects.drill(verb), {}, z.unknown(), async () => accepted({}));
    }
  }

  /** By node:http, which sends paths and bodies as they are. */
  function send(method: string, path: string, body: string, headers: Record<string, string>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { port: gateway.ports.api, method, path, headers: { ...headers, connection: 'close' } };
      const sent = httpRequest({ host: '127.0.0.1', ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (String(response.headers['content-type']).startsWith('text/event-stream')) sent.destroy();
        });
        response.on('close', () => {
          resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', body: text });
        });
      });
      sent.setTimeout(ANSWER_LIMIT_MS, () => sent.destroy(new Error(`no answer within ${ANSWER_LIMIT_MS} ms`)));
      sent.on('error', reject);
      if (method !== 'GET' && method !== 'DELETE') sent.write(body);
      sent.end();
    });
  }

  /** A success, or a problem that the registry has, with its own status; and never a fault of ours. */
  function expectDocumented(answer: Answer): void {
    if (answer.status < 300) return;
    expect(answer.type).toBe('application/problem+json');
    const document = JSON.parse(answer.body) as ProblemDocument;
    const known = problemRegistry[document.code as keyof typeof problemRegistry];
    expect([answer.status, document.status]).toEqual([known.status, known.status]);
    expect(answer.status).toBeLessThan(500);
    expect(document).toMatchObject({ title: known.title, next: known.next, traceId: expect.any(String) });
    if (document.code === 'invalid-request') expect(document.errors!.length).toBeGreaterThan(0);
  }

  const authorized = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '*' };
  const odd = fc.record(
    {
      'idempotency-key': nastyHeader,
      'if-match': fc.oneof(nastyHeader, fc.constantFrom('*', '"r2"', 'W/"r2"')),
      'last-event-id': nastyHeader,
      'content-type': fc.oneof(nastyHeader, fc.constant('application/json; charset=utf-16')),
      accept: nastyHeader,
    },
    { requiredKeys: [] },
  );
  const nastyQuery = (fields: string[]) =>
    fc
      .array(fc.tuple(fc.constantFrom(...fields), nastySegment), { maxLength: 3 })
      .map((pairs) => (pairs.length ? `?${pairs.map((pair) => pair.join('=')).join('&')}` : ''));
  const fieldsOf = (schema: z.ZodType | undefined): string[] => {
    const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  };

  it.each(httpRoutes)('$operationId answers as documented', async ({ method, path: pattern, body: schema, query }) => {
    const body = schema ? nastyBody(fieldsOf(schema)) : nastyText;
    const search = nastyQuery([...fieldsOf(query), 'colour', '__proto__']);
    const segment = fc.oneof({ arbitrary: nastySegment, weight: 1 }, { arbitrary: fc.constant('demo'), weight: 1 });
    // The own token must live on, and so must the last administrator.
    const subject = pattern.startsWith('/v1/tokens') ? nastySegment : segment;
    await fc.assert(
      fc.asyncProperty(subject, search, body, odd, async (name, wish, text, headers) => {
        const path = pattern.replace(/\{\w+\}/, name) + wish;
        expectDocumented(await send(method, path, text, { ...authorized, ...headers }));
      }),
      { numRuns: 200 },
    );
    expect(unfit).toEqual([]);
  });

  it('no method and no path gets anything but an answer as documented', async () => {
    const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND');
    const paths = fc.array(nastySegment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    await fc.assert(
      fc.asyncProperty(
        methods,
        fc.oneof(
          paths,
          paths.map((path) => `/v1${path}`),
        ),
        async (method, path) => {
          expectDocumented(await send(method, path.slice(0, 4_000), '{}', authorized));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('no credentials but the right ones let anybody in', async () => {
    const schemes = fc.constantFrom('Bearer ', 'bearer', 'Basic ', 'Token ', '');
    await fc.assert(
      fc.asyncProperty(schemes, nastyHeader, async (scheme, secret) => {
        const answer = await send('GET', '/v1/instances', '', { authorization: scheme + secret });
        expectDocumented(answer);
        expect([401, 429]).toContain(answer.status);
      }),
      { numRuns: 150 },
    );
  });

  afterAll(async () => {
    const logged = gateway.logged.filter((line) => /"level":"(error|fatal)"/.test(line));
    expect(logged).toEqual([]);
  });

  it('the gateway goes on as before', async () => {
    expect((await gateway.call('GET', '/v1/instances/demo')).status).toBe(200);
    expect((await gateway.call('GET', '/v1/operations')).status).toBe(200);
  });
});
