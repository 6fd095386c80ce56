import { nextPorts, portRanges } from './ports';

describe('nextPorts', () => {
  const ranges = { endpoint: { from: 100, to: 103 }, raw: { from: 200, to: 201 } };

  it('hands out the lowest free pair and raw port', () => {
    expect(nextPorts(ranges, new Set())).toMatchObject({
      value: { sessionPort: 100, pooledPort: 101, rawPort: 200 },
    });
  });

  it('gives out no pair of which one port is used', () => {
    expect(nextPorts(ranges, new Set([101, 200]))).toMatchObject({
      value: { sessionPort: 102, pooledPort: 103, rawPort: 201 },
    });
  });

  it.each([
    ['endpoint', [100, 102]],
    ['PostgreSQL', [200, 201]],
  ])('refuses when the %s ports are given out', (what, used) => {
    const ports = nextPorts(ranges, new Set(used));
    expect(ports).toMatchObject({ ok: false, refusal: { code: 'ports-exhausted' } });
    expect(ports.ok ? '' : ports.refusal.detail).toContain(`All ${what} ports`);
  });

  it('keeps the two ranges of a port base apart', () => {
    const { endpoint, raw } = portRanges(7400);
    expect([endpoint.from, endpoint.to, raw.from, raw.to]).toEqual([7500, 7799, 7800, 8099]);
  });
});
