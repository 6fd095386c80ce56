import * as fc from 'fast-check';
import { CandidateHost, placeInstance } from './placement';

const host = (hostId: string, zone: string, more: Partial<CandidateHost> = {}): CandidateHost => ({
  hostId,
  zone,
  roles: ['database'],
  address: `10.0.0.${hostId.length}`,
  state: 'live',
  used: 0,
  ...more,
});
const endpoint = host('host-e1', 'zone-a', { roles: ['endpoint'] });
const fleet = [host('host-a1', 'zone-a'), host('host-a2', 'zone-a'), host('host-b1', 'zone-b'), endpoint];

describe('placeInstance', () => {
  it('puts the two nodes into two zones for multi-zone', () => {
    const placed = placeInstance({ edition: 'ha', zones: 'multi-zone' }, fleet);
    expect(placed).toMatchObject({
      ok: true,
      value: {
        primary: { hostId: 'host-a1' },
        secondary: { hostId: 'host-b1' },
        endpointHosts: [{ hostId: 'host-e1' }],
      },
    });
  });

  it('puts the two nodes on two hosts of one zone for single-zone', () => {
    const placed = placeInstance({ edition: 'ha', zones: 'single-zone' }, fleet);
    expect(placed).toMatchObject({
      value: { primary: { hostId: 'host-a1' }, secondary: { hostId: 'host-a2' } },
    });
  });

  it('prefers the least used hosts', () => {
    const used = [host('host-a1', 'zone-a', { used: 3 }), ...fleet.slice(1), host('host-c1', 'zone-c', { used: 1 })];
    const placed = placeInstance({ edition: 'ha', zones: 'multi-zone' }, used);
    expect(placed).toMatchObject({ value: { primary: { hostId: 'host-a2' }, secondary: { hostId: 'host-b1' } } });
  });

  it('refuses multi-zone in one zone and names what is missing', () => {
    const placed = placeInstance({ edition: 'ha', zones: 'multi-zone' }, [fleet[0], fleet[1], endpoint]);
    expect(placed).toMatchObject({ ok: false, refusal: { code: 'too-few-hosts' } });
    expect(placed.ok ? '' : placed.refusal.detail).toContain('two live hosts with the role database in two zones');
  });

  it('takes no host whose state is unknown, as unknown means no (R14)', () => {
    const doubtful = [host('host-a1', 'zone-a'), host('host-b1', 'zone-b', { state: 'unknown' }), endpoint];
    const placed = placeInstance({ edition: 'ha', zones: 'multi-zone' }, doubtful);
    expect(placed.ok ? '' : placed.refusal.detail).toContain('host-b1 (zone-b, database, unknown)');
  });

  it('refuses an instance without a host for its endpoint', () => {
    const placed = placeInstance({ edition: 'basic', zones: 'single-zone' }, fleet.slice(0, 3));
    expect(placed).toMatchObject({ ok: false, refusal: { params: { needed: expect.stringContaining('endpoint') } } });
  });

  it('keeps the endpoint off the hosts of its own nodes while others exist', () => {
    const both = { roles: ['database', 'endpoint'] as CandidateHost['roles'] };
    const hosts = [
      host('h-a', 'zone-a', both),
      host('h-b', 'zone-b', both),
      host('h-c', 'zone-b', { ...both, used: 9 }),
    ];
    const placed = placeInstance({ edition: 'ha', zones: 'multi-zone' }, hosts);
    expect(placed).toMatchObject({ ok: true, value: { endpointHosts: [{ hostId: 'h-c' }] } });
    const alone = placeInstance({ edition: 'ha', zones: 'multi-zone' }, hosts.slice(0, 2));
    expect(alone).toMatchObject({ ok: true, value: { endpointHosts: [{ hostId: 'h-a' }, { hostId: 'h-b' }] } });
  });

  it('never puts both nodes on one host, keeps the zone rule, and gives the same answer for any order', () => {
    const hosts = fc.uniqueArray(
      fc.record({
        hostId: fc.constantFrom('h1', 'h2', 'h3', 'h4', 'h5'),
        zone: fc.constantFrom('za', 'zb'),
        used: fc.nat(3),
        state: fc.constantFrom('live' as const, 'silent' as const, 'unknown' as const),
        roles: fc.constantFrom<CandidateHost['roles']>(['database'], ['endpoint'], ['database', 'endpoint']),
        address: fc.constant('10.0.0.1'),
      }),
      { selector: (each) => each.hostId },
    );
    fc.assert(
      fc.property(hosts, fc.constantFrom('single-zone' as const, 'multi-zone' as const), (some, zones) => {
        const placed = placeInstance({ edition: 'ha', zones }, some);
        expect(placeInstance({ edition: 'ha', zones }, [...some].reverse())).toEqual(
          placed.ok ? placed : expect.objectContaining({ ok: false }),
        );
        if (!placed.ok) return;
        const { primary, secondary, endpointHosts } = placed.value;
        expect(primary.hostId).not.toBe(secondary?.hostId);
        expect(primary.zone === secondary?.zone).toBe(zones === 'single-zone');
        for (const each of [primary, secondary, ...endpointHosts]) expect(each?.state).toBe('live');
      }),
    );
  });
});
