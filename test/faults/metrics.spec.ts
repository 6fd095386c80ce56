import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MetricSource } from '@tandem/contracts';
import { eventually } from '@tandem/testkit';
import { currentPlatform } from '../support/current-platform';
import { createInstance, TestInstance } from '../support/test-instance';

const BOUND_MS = 120_000;
const page = readFileSync(join(__dirname, '../../docs/METRICS.md'), 'utf8');

/** The names that the page gives for one kind of process. */
const documented = (source: MetricSource): string[] =>
  page
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name, , , of]) => name?.startsWith('`') && (of === 'all' || of.split(', ').includes(source)))
    .map(([, name]) => name.replace(/`/g, ''));

describe('the metrics of a running platform', () => {
  const { ports } = currentPlatform();
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await createInstance(currentPlatform());
  }, BOUND_MS);
  afterAll(async () => {
    await instance?.delete();
  }, BOUND_MS);

  /** In the order of the launcher: services, then hosts. */
  const sources: MetricSource[] = [
    'api-gateway',
    'instance-manager',
    'health-monitor',
    'failover-orchestrator',
    ...Array<MetricSource>(5).fill('node-agent'),
  ];
  const scrape = async (index: number): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${ports.health(index)}/metrics`);
    expect(response.status).toBe(200);
    return response.text();
  };
  const value = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const sum = (text: string, series: string): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${series} `))
      .reduce((total, line) => total + Number(line.slice(series.length + 1)), 0);
  const agents = () => Promise.all([4, 5, 6, 7, 8].map(scrape)).then((texts) => texts.join('\n'));

  it('are those of docs/METRICS.md, process by process', async () => {
    for (const [index, source] of sources.entries()) {
      const text = await scrape(index);
      const told = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
      expect([source, told]).toEqual([source, documented(source)]);
      expect(value(text, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    }
  });

  it('tell the roles, gates and syncSet of an instance, and that it is not at risk', async () => {
    const { primary, secondary } = instance.roles;
    const labels = (nodeId: string, more = '') => `{instance_id="${instance.id}",node_id="${nodeId}"${more}}`;
    const text = await agents();
    expect(value(text, `tandem_node_role${labels(primary.nodeId, ',role="primary"')}`)).toBe(1);
    expect(value(text, `tandem_node_role${labels(secondary.nodeId, ',role="standby"')}`)).toBe(1);
    expect(value(text, `tandem_node_gate_open${labels(primary.nodeId)}`)).toBe(1);
    expect(value(text, `tandem_node_gate_open${labels(secondary.nodeId)}`)).toBe(0);
    expect(value(text, `tandem_node_in_sync_set${labels(secondary.nodeId)}`)).toBe(1);
    expect(value(text, `tandem_replication_lag_bytes${labels(primary.nodeId)}`)).toBeLessThan(1_000_000);
  });

  it(
    'count a failover, its compare-and-sets, its appends and the time at risk',
    async () => {
      const series = 'tandem_failovers_total{kind="fault",reason="postmaster-died"}';
      const risk = `tandem_instance_at_risk_seconds_total{instance_id="${instance.id}"}`;
      const handOvers = 'tandem_record_cas_total{row="hand-over/postmaster-died",outcome="done"}';
      const [before, handedOver] = [await scrape(3), sum(await agents(), handOvers)];
      await instance.platform.drill('kill-postmaster', instance.roles.primary);
      const after = await eventually(
        'the failover is counted',
        async () => {
          const text = await scrape(3);
          return value(text, series) === (value(before, series) ?? 0) + 1 && text;
        },
        30_000,
      );
      expect(value(after, risk)).toBeGreaterThan(value(before, risk)!);
      const cas = 'tandem_record_cas_total{row="promote/handed-over",outcome="done"}';
      expect(value(after, cas)).toBe((value(before, cas) ?? 0) + 1);
      const appends = 'tandem_event_append_duration_seconds_count{outcome="appended"}';
      expect(value(after, appends)).toBeGreaterThan(value(before, appends)!);
      expect(sum(await agents(), handOvers)).toBe(handedOver + 1);
      await instance.becomesWhole(BOUND_MS / 2);
      await eventually(
        'every event is on the stream',
        async () => value(await scrape(3), 'tandem_relay_lag_events') === 0,
        10_000,
      );
    },
    BOUND_MS,
  );

  it('count requests by the route, not by the path', async () => {
    const series = 'tandem_http_requests_total{method="GET",route="/v1/instances/:idOrName",status="200"}';
    const before = value(await scrape(0), series) ?? 0;
    await instance.view();
    expect(value(await scrape(0), series)).toBeGreaterThan(before);
    expect(await scrape(0)).not.toContain(`route="/v1/instances/${instance.id}`);
  });
});
