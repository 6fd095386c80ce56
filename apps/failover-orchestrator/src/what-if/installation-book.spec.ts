import { InstallationBook } from './installation-book';

const step = (name: string, row: string, sinceStartMs: number) => ({ step: name, row, sinceStartMs, at: '' });
const completed = (...steps: ReturnType<typeof step>[]) => ({
  type: 'FailoverCompleted',
  data: { instanceId: 'pg-aaaaaaaa', steps },
});
const decided = step('promotion-decided', 'promote/host-silent', 1_700);

describe('how long failovers take', () => {
  it('is measured from the beginning of the silence to the endpoint, by the row that decided', () => {
    const book = new InstallationBook();
    book.apply(
      completed(
        step('silence-began', 'consent/host-silent', 0),
        decided,
        step('endpoint-repointed', 'endpoint/repoint', 2_100),
      ),
    );
    expect(book.failovers).toEqual([{ instanceId: 'pg-aaaaaaaa', row: 'promote/host-silent', durationMs: 2_100 }]);
  });

  it('counts nothing whose silence was not told: it was measured from too late on', () => {
    const book = new InstallationBook();
    book.apply(completed(decided, step('endpoint-repointed', 'endpoint/repoint', 400)));
    expect(book.failovers).toEqual([]);
  });

  it('counts nothing that waited for more than silence', () => {
    const book = new InstallationBook();
    const asked = (ms: number) => step('consent-asked', 'consent/host-silent', ms);
    const silence = step('silence-began', 'consent/host-silent', 0);
    book.apply(completed(silence, asked(5_000), decided, step('endpoint-repointed', 'endpoint/repoint', 5_900)));
    book.apply(completed(silence, asked(1_300), decided, step('endpoint-repointed', 'endpoint/repoint', 1_900)));
    expect(book.failovers.map(({ durationMs }) => durationMs)).toEqual([1_900]);
  });

  it('keeps the plan of an instance until it is deleted', () => {
    const book = new InstallationBook();
    const plan = { endpointHosts: [{ hostId: 'host-e1', address: '127.0.0.1' }] };
    book.apply({ type: 'InstanceCreationRequested', data: { instanceId: 'pg-aaaaaaaa', plan } });
    expect(book.plan('pg-aaaaaaaa')).toEqual(plan);
    book.apply({ type: 'InstanceDeleted', data: { instanceId: 'pg-aaaaaaaa' } });
    expect(book.plan('pg-aaaaaaaa')).toBeUndefined();
  });
});
