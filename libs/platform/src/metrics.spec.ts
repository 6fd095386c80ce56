import { metrics } from '@tandem/contracts';
import { serveHealth } from './health';
import { MetricBook } from './metrics';

const lines = async (book: MetricBook, name: string) =>
  (await book.render()).split('\n').filter((line) => line.startsWith(name));

describe('the metrics of a process', () => {
  it('count, and tell each combination of labels by itself', async () => {
    const book = new MetricBook('api-gateway');
    const labels = { method: 'GET', route: '/v1/hosts', status: '200' };
    book.add(metrics.httpRequests, labels);
    book.add(metrics.httpRequests, { ...labels });
    book.add(metrics.httpRequests, { ...labels, status: '503' });
    expect(await lines(book, 'tandem_http_requests_total')).toEqual([
      'tandem_http_requests_total{method="GET",route="/v1/hosts",status="200"} 2',
      'tandem_http_requests_total{method="GET",route="/v1/hosts",status="503"} 1',
    ]);
  });

  it('tell a histogram with cumulative buckets, sum and count', async () => {
    const book = new MetricBook('failover-orchestrator');
    for (const seconds of [0.2, 2, 60]) book.observe(metrics.failoverDuration, { kind: 'fault' }, seconds);
    const told = await lines(book, 'tandem_failover_duration_seconds');
    expect(told).toContain('tandem_failover_duration_seconds_bucket{kind="fault",le="0.25"} 1');
    expect(told).toContain('tandem_failover_duration_seconds_bucket{kind="fault",le="2"} 2');
    expect(told).toContain('tandem_failover_duration_seconds_bucket{kind="fault",le="30"} 2');
    expect(told).toContain('tandem_failover_duration_seconds_bucket{kind="fault",le="+Inf"} 3');
    expect(told).toContain('tandem_failover_duration_seconds_sum{kind="fault"} 62.2');
    expect(told).toContain('tandem_failover_duration_seconds_count{kind="fault"} 3');
  });

  it('name every family that the process has, also one that nothing has been told of', async () => {
    const text = await new MetricBook('node-agent').render();
    expect(text).toContain('# TYPE tandem_node_role gauge\n');
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]\d+$/m);
    expect(text).not.toContain('tandem_http');
  });

  it('look before each scrape, and forget what is no more', async () => {
    const book = new MetricBook('health-monitor');
    let silent = 3;
    book.collect(() => {
      book.clear(metrics.hostSilence);
      if (silent > 0) book.set(metrics.hostSilence, { host_id: 'host-a1' }, silent--);
    });
    expect(await lines(book, 'tandem_host_silence_seconds')).toEqual([
      'tandem_host_silence_seconds{host_id="host-a1"} 3',
    ]);
    silent = 0;
    expect(await lines(book, 'tandem_host_silence_seconds')).toEqual([]);
  });

  it('escape what a label holds', async () => {
    const book = new MetricBook('api-gateway');
    book.add(metrics.httpRequests, { method: 'GET', route: 'a"b\\c\nd', status: '404' });
    expect(await lines(book, 'tandem_http_requests_total')).toEqual([
      'tandem_http_requests_total{method="GET",route="a\\"b\\\\c\\nd",status="404"} 1',
    ]);
  });

  it('refuse a metric that the process does not expose: nobody would see it', () => {
    expect(() => new MetricBook('node-agent').add(metrics.httpRequests, {})).toThrow('not a metric of this process');
  });

  it('are scraped from the health port', async () => {
    const server = await serveHealth(0, () => ({ ok: true, checks: {} }), { metrics: new MetricBook('node-agent') });
    try {
      const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
      expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
      expect(await response.text()).toContain('# HELP tandem_host_session_age_seconds');
    } finally {
      await server.close();
    }
  });
});
