import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { InstanceAccepted, InstanceView, OperationView, problemRegistry, subjects } from '@tandem/contracts';
import type { Served } from '@tandem/messaging';
import { accepted, rejected, Result, Transient, UnknownOutcome } from '@tandem/platform';
import { eventually } from '@tandem/testkit';
import { Answered, GatewayUnderTest, id, plan, spec, tokenOf } from './test/gateway.fixture';

type Handler = (body: Record<string, unknown>) => Promise<Result<unknown>>;

describe('requests that change something', () => {
  jest.setTimeout(40_000);
  const gateway = new GatewayUnderTest({ nats: 22041, database: 22042, api: 22043 });
  const otherPort = 22044;
  const manager = (verb: string) => subjects.service('instance-manager', verb);

  beforeAll(async () => {
    await gateway.start();
    const ids = { instanceId: id, operationId: 'op-create' };
    await gateway.event(`instance:${id}`, 'InstanceCreationRequested', { ...ids, spec: spec('demo'), plan: plan(id) });
    await gateway.event(`instance:${id}`, 'InstanceCreated', ids);
    await gateway.record(id, {});
    await eventually('demo is known', async () => (await gateway.call('GET', '/v1/instances/demo')).status === 200);
  });
  afterAll(() => gateway.stop());

  function expectProblem(answer: Answered, code: keyof typeof problemRegistry): void {
    expect([answer.body.code, answer.status]).toEqual([code, problemRegistry[code].status]);
  }
  const operation = async (operationId: string) =>
    (await gateway.call('GET', `/v1/operations/${operationId}`)).body as unknown as OperationView;
  /** A service for the length of `work`; what it heard is given back. */
  async function during<T>(verb: string, handler: Handler, work: () => Promise<T>) {
    const heard: Record<string, unknown>[] = [];
    const served: Served = await gateway.answer(manager(verb), (body) => {
      heard.push(body);
      return handler(body);
    });
    try {
      return { heard, result: await work() };
    } finally {
      await served.stop();
    }
  }
  /** Creates as the manager would: the same operation is the same instance. */
  const creates: Handler = async ({ operationId, name }) => {
    const known = instances.get(operationId as string);
    const instanceId = known ?? `pg-${randomUUID().slice(0, 8)}`;
    instances.set(operationId as string, instanceId);
    const data = { instanceId, operationId, spec: spec(name as string), plan: plan(instanceId) };
    if (!known) await gateway.event(`instance:${instanceId}`, 'InstanceCreationRequested', data);
    return accepted({ instanceId, operationId });
  };
  const instances = new Map<string, string>();

  describe('with an Idempotency-Key', () => {
    const keyed = (key: string, body: object, port?: number, secret: string = tokenOf.admin) =>
      gateway.call('POST', '/v1/instances', body, { 'idempotency-key': key, authorization: `Bearer ${secret}` }, port);

    it('give the same answer again, with the same password, from every copy and after a restart', async () => {
      let other: NestFastifyApplication | undefined;
      const { heard, result } = await during('create-instance', creates, async () => {
        const first = await keyed('k-same', { name: 'once', account: 'app' });
        const again = await keyed('k-same', { account: 'app', name: 'once' });
        other = await gateway.startCopy(otherPort);
        const there = await keyed('k-same', { name: 'once', account: 'app' }, otherPort);
        await gateway.stopGateway();
        await gateway.startGateway();
        const later = await keyed('k-same', { name: 'once', account: 'app' });
        return [first, again, there, later];
      });
      await other?.close();
      expect(heard).toHaveLength(1);
      const [first, ...repeated] = result;
      expect(first.headers.get('idempotent-replayed')).toBeNull();
      for (const answer of repeated) {
        expect([answer.status, answer.body]).toEqual([202, first.body]);
        expect(answer.headers.get('location')).toBe(first.headers.get('location'));
        expect(answer.headers.get('idempotent-replayed')).toBe('true');
      }
      expect((first.body as unknown as InstanceAccepted).credentials.password).toHaveLength(32);
    });

    it('keep nothing readable in the control database', async () => {
      const { result } = await during('create-instance', creates, () => keyed('k-secret', { name: 'secretive' }));
      const { password } = (result.body as unknown as InstanceAccepted).credentials;
      const { rows } = await gateway.pool.query<{ answer: Buffer; seed: Buffer }>('SELECT * FROM idempotent_requests');
      const stored = rows.map((row) => row.answer.toString('latin1') + row.seed.toString('latin1')).join();
      expect(stored).not.toContain(password);
      expect(stored).not.toContain('secretive');
    });

    it('refuse another body under the same key', async () => {
      await during('create-instance', creates, async () => {
        await keyed('k-other', { name: 'other-a' });
        expectProblem(await keyed('k-other', { name: 'other-b' }), 'idempotency-key-reused');
      });
    });

    it('give a refusal again too, though the cause has passed', async () => {
      const refuses: Handler = async () => rejected('name-taken', 'somebody has it');
      await during('create-instance', refuses, async () => {
        expectProblem(await keyed('k-refused', { name: 'wanted' }), 'name-taken');
      });
      const { heard } = await during('create-instance', creates, async () => {
        expectProblem(await keyed('k-refused', { name: 'wanted' }), 'name-taken');
        expectProblem(await keyed('k-invalid', { name: 'Wrong' }), 'invalid-request');
        const again = await keyed('k-invalid', { name: 'Wrong' });
        expect(again.body.errors).toEqual([expect.objectContaining({ field: 'name' })]);
      });
      expect(heard).toEqual([]);
    });

    it('go on with the same operation and password after an outcome that was not final', async () => {
      let attempts = 0;
      const busy: Handler = async (body) => {
        const done = await creates(body);
        if (attempts++ === 0) throw new Transient('restarting', 'not now');
        return done;
      };
      const { heard } = await during('create-instance', busy, async () => {
        expectProblem(await keyed('k-busy', { name: 'busy' }), 'unavailable');
        expect((await keyed('k-busy', { name: 'busy' })).status).toBe(202);
      });
      expect(heard[1].operationId).toBe(heard[0].operationId);
    });

    it('tell of the operation whose answer was lost, even when nothing is left to change', async () => {
      const ids = { instanceId: 'pg-leaving0', operationId: 'op-leaving' };
      const stream = `instance:${ids.instanceId}`;
      const asked = { ...ids, spec: spec('leaving'), plan: plan(ids.instanceId) };
      await gateway.event(stream, 'InstanceCreationRequested', asked);
      await gateway.event(stream, 'InstanceCreated', ids);
      const deletes: Handler = async ({ operationId, instanceId }) => {
        await gateway.event(stream, 'InstanceDeletionRequested', { operationId, instanceId });
        await gateway.event(stream, 'InstanceDeleted', { operationId, instanceId });
        throw new UnknownOutcome('lost', 'the answer');
      };
      const send = () =>
        gateway.call('DELETE', `/v1/instances/${ids.instanceId}`, undefined, { 'idempotency-key': 'k-gone' });
      const { heard, result } = await during('delete-instance', deletes, async () => {
        await eventually(
          'it is known',
          async () => (await gateway.call('GET', '/v1/instances/leaving')).status === 200,
        );
        expectProblem(await send(), 'outcome-unknown');
        await eventually('it is gone', async () => (await gateway.call('GET', '/v1/instances/leaving')).status === 404);
        return send();
      });
      expect([result.status, result.body]).toEqual([202, { operation: { id: heard[0].operationId } }]);
      expect(heard).toHaveLength(1);
    });

    it('are carried out once while one of many is under way', async () => {
      let let_go = (): void => undefined;
      const gate = new Promise<void>((resolve) => (let_go = resolve));
      const slow: Handler = async (body) => {
        await gate;
        return creates(body);
      };
      const { heard } = await during('create-instance', slow, async () => {
        const first = keyed('k-many', { name: 'many' });
        await eventually('one is under way', async () => {
          const { rows } = await gateway.pool.query("SELECT 1 FROM idempotent_requests WHERE key = 'k-many'");
          return rows.length === 1;
        });
        const second = await keyed('k-many', { name: 'many' });
        let_go();
        expectProblem(second, 'request-in-progress');
        expect(second.headers.get('retry-after')).toBe('1');
        expect((await first).status).toBe(202);
      });
      expect(heard).toHaveLength(1);
    });

    it('belong to the token that sent them', async () => {
      const path = `/v1/instances/${id}/switchover`;
      const send = (secret: string, body: object) =>
        gateway.call('POST', path, body, { 'idempotency-key': 'k-mine', authorization: `Bearer ${secret}` });
      expectProblem(await send(tokenOf.admin, { target: 'pg-zzzzzzzz-n1' }), 'switchover-target');
      expectProblem(await send(tokenOf.operator, { force: true }), 'invalid-request');
    });

    it.each(['', 'with blank', 'x'.repeat(129), 'schlüssel'.replace('ü', '%')])(
      'are not named by %j unless valid',
      async (key) => {
        const answer = await keyed(key, { name: 'X' });
        expectProblem(answer, 'invalid-request');
        const field = key === 'schl%ssel' ? 'name' : 'Idempotency-Key';
        expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
      },
    );

    it('are refused, not carried out, while the control database cannot keep the answer', async () => {
      await gateway.database.stop('at-once');
      const { heard } = await during('create-instance', creates, async () => {
        expectProblem(await keyed('k-down', { name: 'down' }), 'unavailable');
      });
      await gateway.database.start();
      await eventually(
        'the database is used again',
        async () => (await gateway.call('GET', '/v1/tokens')).status === 200,
      );
      expect(heard).toEqual([]);
    });
  });

  describe('of an instance', () => {
    const patch = (body: object, headers: Record<string, string> = { 'if-match': '*' }) =>
      gateway.call('PATCH', '/v1/instances/demo', body, headers);
    const changes: Handler = async ({ operationId, instanceId, tags }) => {
      await gateway.event(`instance:${instanceId as string}`, 'InstanceTagged', { instanceId, operationId, tags });
      const data = { instanceId, operationId, settings: ['tags'] };
      await gateway.event(`operation:${operationId as string}`, 'InstanceChangeCompleted', data);
      return accepted({ operationId });
    };

    it('say what they are based on, by the ETag that a look gave', async () => {
      const look = await gateway.call('GET', '/v1/instances/demo');
      const etag = look.headers.get('etag')!;
      expect(etag).toBe(`"r${(look.body as unknown as InstanceView).revision}"`);
      const { heard, result } = await during('change-instance', changes, () =>
        patch({ tags: { team: 'a' } }, { 'if-match': etag }),
      );
      expect(heard[0]).toMatchObject({ instanceId: id, revision: 2, tags: { team: 'a' } });
      expect([result.status, result.headers.get('etag')]).toEqual([202, '"r3"']);
      const after = await gateway.call('GET', '/v1/instances/demo');
      expect(after.body).toMatchObject({ tags: { team: 'a' }, revision: 3, deletionProtection: false });
      const { operation: begun } = result.body as unknown as { operation: { id: string } };
      expect(await operation(begun.id)).toMatchObject({ kind: 'change-instance', status: 'succeeded', progress: 100 });
    });

    it('are refused without a precondition, with one that is no tag, and with one that has passed', async () => {
      expectProblem(await patch({ tags: {} }, {}), 'revision-missing');
      expectProblem(await patch({ tags: {} }, { 'if-match': 'r3' }), 'invalid-request');
      const stale: Handler = async () => rejected('revision-stale', 'The instance is at revision 3.', { revision: 3 });
      await during('change-instance', stale, async () => {
        expectProblem(await patch({ tags: {} }, { 'if-match': '"r1"' }), 'revision-stale');
      });
      const { heard } = await during('delete-instance', stale, async () => {
        const answer = await gateway.call('DELETE', '/v1/instances/demo', undefined, { 'if-match': '"r1"' });
        expectProblem(answer, 'revision-stale');
      });
      expect(heard[0]).toMatchObject({ revision: 1 });
    });

    it.each([
      ['body', {}],
      ['name', { name: 'Not A Name' }],
      ['tags.Team', { tags: { Team: 'x' } }],
      ['tags.a', { tags: { a: 5 } }],
      ['tags.a', { tags: { a: 'zero \u0000' } }],
      ['tags.a', { tags: { a: 'half a pair \ud800' } }],
      ['tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, ''])) }],
      ['deletionProtection', { deletionProtection: 'yes' }],
      ['edition', { tags: {}, edition: 'basic' }],
    ])('name the field %s that is not valid', async (field, body) => {
      const answer = await patch(body);
      expectProblem(answer, 'invalid-request');
      expect((answer.body.errors ?? []).map((each) => each.field)).toEqual([field]);
    });

    it('pass on that it is protected, and that another operation runs, with that operation', async () => {
      const remove = () => gateway.call('DELETE', '/v1/instances/demo');
      await during(
        'delete-instance',
        async () => rejected('deletion-protected', 'so'),
        async () => {
          expectProblem(await remove(), 'deletion-protected');
        },
      );
      const busy: Handler = async () => rejected('operation-in-progress', 'so', { operationId: 'op-other' });
      await during('delete-instance', busy, async () => {
        const answer = await remove();
        expectProblem(answer, 'operation-in-progress');
        expect(answer.body.operationId).toBe('op-other');
      });
    });
  });

  describe('are operations', () => {
    it('that show their steps as they come, and their end', async () => {
      const ids = { instanceId: 'pg-steps000', operationId: 'op-steps' };
      const stream = `operation:${ids.operationId}`;
      await gateway.event(`instance:${ids.instanceId}`, 'InstanceCreationRequested', {
        ...ids,
        spec: spec('steps', 'basic'),
        plan: plan(ids.instanceId, 'basic'),
      });
      await gateway.event(stream, 'OperationStepStarted', { ...ids, step: 'create the record' });
      await gateway.event(stream, 'OperationStepStarted', { ...ids, step: 'assign nodes and endpoints' });
      const seen = await eventually('two steps', async () => {
        const view = await operation(ids.operationId);
        return view.progress === 25 && view;
      });
      expect(seen.steps.map(({ status }) => status)).toEqual(['done', 'running', 'pending', 'pending']);
      await gateway.event(`instance:${ids.instanceId}`, 'InstanceCreated', ids);
      const ended = await eventually('its end', async () => {
        const view = await operation(ids.operationId);
        return view.status === 'succeeded' && view;
      });
      expect(ended).toMatchObject({ progress: 100, result: { instanceId: ids.instanceId } });
      expect(ended.events.map(({ type }) => type)).toEqual([
        'InstanceCreationRequested',
        'OperationStepStarted',
        'OperationStepStarted',
        'InstanceCreated',
      ]);
    });

    it('that are listed, the newest first, by instance and by status, in pages', async () => {
      const list = async (query: string) =>
        (await gateway.call('GET', `/v1/operations?${query}`)).body as unknown as {
          operations: OperationView[];
          next: string | null;
        };
      const all = await list('');
      expect(all.operations.length).toBeGreaterThan(3);
      expect(all.operations[0].id).toBe('op-steps');
      const paged: string[] = [];
      for (let cursor = ''; ;) {
        const { operations, next } = await list(`limit=2${cursor}`);
        paged.push(...operations.map((each) => each.id));
        if (!next) break;
        cursor = `&cursor=${next}`;
      }
      expect(paged).toEqual(all.operations.map((each) => each.id));
      expect((await list(`instance=demo&status=succeeded`)).operations.map(({ kind }) => kind).sort()).toEqual([
        'change-instance',
        'create-instance',
      ]);
    });

    it('and lists are asked for in valid words only', async () => {
      for (const query of ['limit=0', 'limit=x', 'cursor=%25', 'status=odd', 'colour=red', 'limit=1&limit=2']) {
        expectProblem(await gateway.call('GET', `/v1/operations?${query}`), 'invalid-request');
      }
      expectProblem(await gateway.call('GET', '/v1/instances?limit=1001'), 'invalid-request');
      expectProblem(await gateway.call('GET', '/v1/hosts?cursor=%25'), 'invalid-request');
    });
  });
});
