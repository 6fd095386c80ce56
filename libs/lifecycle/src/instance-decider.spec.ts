import { decideInstance, InstanceCommand, InstanceSettings } from './instance-decider';
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
const giveUp: InstanceCommand = { do: 'give-up-creation', problem };
const created: InstanceCommand = { do: 'complete-creation' };
const change = (settings: InstanceSettings): InstanceCommand => ({
  do: 'change-settings',
  operationId: 'op-4',
  ...settings,
});

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
    ['failed', [create, giveUp, { do: 'fail-creation' }]],
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
    expect(after(create, giveUp, { do: 'fail-creation' }, remove).status).toBe('deleting');
  });

  it('answers a command that was carried out before with no events', () => {
    const available = after(create, { do: 'complete-creation' });
    for (const command of [create, { do: 'complete-creation' }, { do: 'complete-deletion' }] as InstanceCommand[]) {
      expect(decideInstance(command, available)).toEqual({ ok: true, value: [] });
    }
  });

  it('never completes a creation that is being taken back, and keeps the reason through the end', () => {
    const going = after(create, giveUp);
    expect(decideInstance(created, going)).toEqual({ ok: true, value: [] });
    expect(after(create, giveUp, created, { do: 'fail-creation' })).toMatchObject({ status: 'failed', problem });
  });

  it('fails no creation that was not given up', () => {
    expect(decideInstance({ do: 'fail-creation' }, after(create))).toEqual({ ok: true, value: [] });
  });

  it('changes name, tags and protection, each told by an event of its own, and only what differs', () => {
    const wish = { name: 'other', tags: { team: 'a' }, deletionProtection: true };
    const changed = after(create, created, change(wish));
    expect(changed).toMatchObject({ spec: { name: 'other' }, tags: { team: 'a' }, deletionProtection: true });
    expect(decideInstance(change(wish), changed)).toEqual({ ok: true, value: [] });
    const answer = decideInstance(change({ ...wish, tags: {} }), changed);
    expect(answer.ok && answer.value.map(({ type }) => type)).toEqual(['InstanceTagged']);
  });

  it('changes nothing of what is being created, is going, or never came to be', () => {
    const settings = change({ deletionProtection: true });
    expect(decideInstance(settings, after(create))).toMatchObject({ refusal: { code: 'operation-in-progress' } });
    expect(decideInstance(settings, after(create, giveUp, { do: 'fail-creation' }))).toMatchObject({
      refusal: { code: 'instance-failed' },
    });
    expect(decideInstance(settings, absentInstance)).toMatchObject({ refusal: { code: 'instance-unknown' } });
  });

  it('refuses to delete what is protected, until the protection is off', () => {
    const guarded = [create, created, change({ deletionProtection: true })];
    expect(decideInstance(remove, after(...guarded))).toMatchObject({ refusal: { code: 'deletion-protected' } });
    expect(after(...guarded, change({ deletionProtection: false }), remove).status).toBe('deleting');
  });

  it('stays deleted whatever event is read after', () => {
    const gone = after(create, { do: 'complete-creation' }, remove, { do: 'complete-deletion' });
    expect(evolveInstance(gone, { type: 'InstanceCreated', data: {}, at: '' })).toBe(gone);
  });
});
