import { InstanceCommand, decideInstance } from './instance-decider';
import { absentInstance, evolveInstance, InstanceState } from './instance-state';

const spec = {
  name: 'demo',
  edition: 'ha' as const,
  zones: 'multi-zone' as const,
  account: 'app',
  database: 'app',
};
const plan = { primary: 'pg-aaaaaaaa-n1', nodes: {}, endpointHosts: [], sessionPort: 1, pooledPort: 2 };
const create: InstanceCommand = {
  do: 'request-creation',
  instanceId: 'pg-aaaaaaaa',
  operationId: 'op-1',
  spec,
  plan,
};
const remove: InstanceCommand = { do: 'request-deletion', operationId: 'op-2' };
const problem = { code: 'unavailable' as const, detail: 'too slow' };

function after(...commands: InstanceCommand[]): InstanceState {
  return commands.reduce((state, command) => {
    const answer = decideInstance(command, state);
    const events = answer.ok ? answer.value : [];
    return events.reduce((each, event) => evolveInstance(each, { ...event, at: '2026-01-01T00:00:00Z' }), state);
  }, absentInstance);
}

describe('the life of an instance', () => {
  it.each([
    ['absent', []],
    ['creating', [create]],
    ['available', [create, { do: 'complete-creation' }]],
    ['failed', [create, { do: 'fail-creation', problem }]],
    ['deleting', [create, { do: 'complete-creation' }, remove]],
    ['deleted', [create, { do: 'complete-creation' }, remove, { do: 'complete-deletion' }]],
  ] as [string, InstanceCommand[]][])('reaches %s', (status, commands) => {
    expect(after(...commands).status).toBe(status);
  });

  it('refuses to delete what is being created, naming the operation', () => {
    expect(decideInstance(remove, after(create))).toMatchObject({
      ok: false,
      refusal: { code: 'operation-in-progress', params: { operationId: 'op-1' } },
    });
  });

  it('refuses to delete twice, naming the first deletion', () => {
    const deleting = after(create, { do: 'complete-creation' }, remove);
    expect(decideInstance({ ...remove, operationId: 'op-3' }, deleting)).toMatchObject({
      refusal: { code: 'operation-in-progress', params: { operationId: 'op-2' } },
    });
  });

  it('knows no instance that was never asked for, nor one that is gone', () => {
    const gone = after(create, { do: 'complete-creation' }, remove, { do: 'complete-deletion' });
    for (const state of [absentInstance, gone]) {
      expect(decideInstance(remove, state)).toMatchObject({ refusal: { code: 'instance-unknown' } });
    }
  });

  it('lets a failed instance be deleted, so that it leaves the list', () => {
    expect(after(create, { do: 'fail-creation', problem }, remove).status).toBe('deleting');
  });

  it('answers a command that was carried out before with no events', () => {
    const available = after(create, { do: 'complete-creation' });
    for (const command of [create, { do: 'complete-creation' }, { do: 'complete-deletion' }] as InstanceCommand[]) {
      expect(decideInstance(command, available)).toEqual({ ok: true, value: [] });
    }
  });

  it('stays deleted whatever event is read after', () => {
    const gone = after(create, { do: 'complete-creation' }, remove, { do: 'complete-deletion' });
    expect(evolveInstance(gone, { type: 'InstanceCreated', data: {}, at: '' })).toBe(gone);
  });
});
