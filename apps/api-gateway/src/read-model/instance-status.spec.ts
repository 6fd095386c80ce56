import type { TopologyRecord } from '@tandem/contracts';
import { instanceStatus, StatusFacts } from './instance-status';

const available = { status: 'available' } as StatusFacts['state'];
const record = (state: TopologyRecord['state'], syncSet: string[], edition = 'ha') =>
  ({ state, syncSet, edition }) as TopologyRecord;
const set = ['pg-aaaaaaaa-n2'];

describe('instanceStatus', () => {
  it.each([
    ['available', record('open', set), 'live'],
    ['available', record('open', [], 'basic'), 'live'],
    ['available', record('open', set), 'unknown'],
    ['degraded', record('open', []), 'live'],
    ['failing-over', record('open', set), 'silent'],
    ['unavailable', record('open', []), 'silent'],
    ['unavailable', record('open', [], 'basic'), 'silent'],
    ['failing-over', record('handed-over', set), 'live'],
    ['unavailable', record('handed-over', []), 'live'],
    ['failing-over', record('promoting', []), 'live'],
    ['deleting', record('retired', set), 'live'],
    ['unavailable', null, 'live'],
  ] as const)('is %s for %j with its primary host %s', (status, version, primaryHost) => {
    expect(instanceStatus({ state: available, record: version, primaryHost })).toBe(status);
  });

  it.each(['creating', 'deleting', 'failed'] as const)('is %s whatever the record says', (status) => {
    const state = { status } as StatusFacts['state'];
    expect(instanceStatus({ state, record: record('open', set), primaryHost: 'live' })).toBe(status);
  });
});
