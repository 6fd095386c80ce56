import { OperationBook } from './operation-book';

const about = { operationId: 'op-1', instanceId: 'pg-aaaaaaaa' };
const spec = { edition: 'ha' };

describe('OperationBook', () => {
  let book: OperationBook;
  let position: number;
  beforeEach(() => {
    book = new OperationBook();
    position = 0;
  });
  const apply = (type: string, data: object = {}) => {
    position += 1;
    book.apply({ type, position, at: `t${position}`, data: { ...about, ...data } });
  };
  const step = (name: string) => apply('OperationStepStarted', { step: name });
  const steps = () => book.get('op-1')!.steps.map((each) => `${each.step}: ${each.status}`);

  it('shows what is ahead of an operation, what runs and what is done, each with its time', () => {
    apply('InstanceCreationRequested', { spec });
    step('create the record');
    step('assign nodes and endpoints');
    expect(steps()).toEqual([
      'create the record: done',
      'assign nodes and endpoints: running',
      'open the primary: pending',
      'create account and database: pending',
      'attach the secondary: pending',
    ]);
    expect(book.get('op-1')).toMatchObject({ progress: 20, status: 'running', finishedAt: null });
    expect(book.get('op-1')!.steps[0]).toMatchObject({ startedAt: 't2', finishedAt: 't3' });
  });

  it('has nothing to attach for Basic', () => {
    apply('InstanceCreationRequested', { spec: { edition: 'basic' } });
    expect(book.get('op-1')!.steps).toHaveLength(4);
  });

  it('takes steps that were never seen for done when a later one begins', () => {
    apply('InstanceCreationRequested', { spec });
    step('create account and database');
    expect(
      steps()
        .slice(0, 4)
        .map((each) => each.split(': ')[1]),
    ).toEqual(['done', 'done', 'done', 'running']);
  });

  it('is not moved back by a step that a restarted service comes to again', () => {
    apply('InstanceCreationRequested', { spec });
    step('open the primary');
    step('create the record');
    expect(steps()[2]).toBe('open the primary: running');
  });

  it('ends with 100 per cent, its result, and nothing left to do', () => {
    apply('InstanceDeletionRequested');
    step('retire the record');
    apply('InstanceDeleted');
    expect(new Set(book.get('op-1')!.steps.map(({ status }) => status))).toEqual(new Set(['done']));
    expect(book.get('op-1')).toMatchObject({ status: 'succeeded', progress: 100, finishedAt: 't3' });
  });

  it('tells a roll-back: the step that failed, then the steps that took all back', () => {
    apply('InstanceCreationRequested', { spec });
    step('create the record');
    step('assign nodes and endpoints');
    const problem = { code: 'unavailable', detail: 'too slow' };
    apply('InstanceCreationGivenUp', { problem });
    step('retire the record');
    step('remove the record');
    apply('InstanceCreationFailed', { problem });
    expect(steps()).toEqual([
      'create the record: done',
      'assign nodes and endpoints: failed',
      'open the primary: skipped',
      'create account and database: skipped',
      'attach the secondary: skipped',
      'retire the record: done',
      'release nodes and endpoints: done',
      'log the record: done',
      'remove the record: done',
    ]);
    expect(book.get('op-1')).toMatchObject({ status: 'failed', problem });
  });

  it('reads the steps of a switchover off the record, and counts what the instance tells meanwhile', () => {
    apply('SwitchoverRequested');
    const record = { instanceId: about.instanceId };
    for (const type of ['PrimaryHandedOver', 'SecondaryPromoted']) {
      position += 1;
      book.apply({ type, position, at: `t${position}`, data: { record } });
    }
    expect(steps()[2]).toBe('open the target: running');
    expect(book.get('op-1')!.events.map(({ type }) => type)).toEqual([
      'SwitchoverRequested',
      'PrimaryHandedOver',
      'SecondaryPromoted',
    ]);
    apply('SwitchoverFailed', { problem: { code: 'unavailable', detail: 'x' } });
    expect(steps()).toEqual([
      'hand over: done',
      'promote the target: done',
      'open the target: failed',
      'send clients there: skipped',
    ]);
  });

  it('leaves what happens to an instance afterwards out of its operation', () => {
    apply('SwitchoverRequested');
    apply('SwitchoverCompleted', { durationMs: 80, epoch: 2 });
    book.apply({
      type: 'PrimaryHandedOver',
      position: 9,
      at: 't9',
      data: { record: { instanceId: about.instanceId } },
    });
    expect(book.get('op-1')!.events).toHaveLength(2);
    expect(book.get('op-1')).toMatchObject({ result: { durationMs: 80, epoch: 2 } });
  });

  it('shows an accepted operation before its first event, and its events once they come', () => {
    book.accept({ id: 'op-1', kind: 'delete-instance', instanceId: about.instanceId, startedAt: 't0' });
    expect(book.get('op-1')).toMatchObject({ status: 'running', startedAt: 't0' });
    apply('InstanceDeletionRequested');
    expect(book.get('op-1')).toMatchObject({ status: 'running', startedAt: 't1' });
  });

  it('has a change of settings begin and end at once', () => {
    apply('InstanceChangeCompleted', { settings: ['name'] });
    expect(book.get('op-1')).toMatchObject({ kind: 'change-instance', status: 'succeeded', progress: 100, steps: [] });
  });
});
