import { MetricDefinition, metrics, MetricSource, metricsOf } from '@tandem/contracts';
import { assertInvariant } from './errors';

export type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  value: number;
  /** Of a histogram: how many observations lie at or below each bound. */
  readonly counts: number[];
  count: number;
}

/**
 * The metrics of one process in Prometheus' text format (0.0.4). Our own hundred lines, because the usual client
 * library was measured to cost 11 MB of memory in every process.
 */
export class MetricBook {
  private readonly series = new Map<string, Map<string, Series>>();
  private readonly definitions: readonly MetricDefinition[];
  private readonly collectors: (() => void | Promise<void>)[] = [];

  constructor(source: MetricSource) {
    this.definitions = metricsOf(source);
    for (const definition of this.definitions) {
      this.series.set(definition.name, new Map());
      if (definition.labels.length === 0 && definition.type === 'counter') this.add(definition, {}, 0);
    }
    this.collect(() => this.lookAtProcess());
  }

  /** Called before each scrape, to set what is not counted as it happens. */
  collect(look: () => void | Promise<void>): void {
    this.collectors.push(look);
  }

  add(definition: MetricDefinition, labels: Labels, by = 1): void {
    this.of(definition, labels).value += by;
  }

  set(definition: MetricDefinition, labels: Labels, value: number): void {
    this.of(definition, labels).value = value;
  }

  observe(definition: MetricDefinition, labels: Labels, value: number): void {
    const series = this.of(definition, labels);
    series.value += value;
    series.count += 1;
    definition.buckets?.forEach((bound, i) => (series.counts[i] += value <= bound ? 1 : 0));
  }

  /** Forgets every series of a metric: what is not there any more is not told any more. */
  clear(definition: MetricDefinition): void {
    this.series.get(definition.name)?.clear();
  }

  async render(): Promise<string> {
    for (const look of this.collectors) await look();
    return this.definitions.map((definition) => this.text(definition)).join('');
  }

  private of(definition: MetricDefinition, labels: Labels): Series {
    const known = this.series.get(definition.name);
    assertInvariant(known, 'metric-unknown', `${definition.name} is not a metric of this process`);
    const key = definition.labels.map((label) => labels[label]).join('\u0000');
    const found = known.get(key) ?? { labels, value: 0, counts: (definition.buckets ?? []).map(() => 0), count: 0 };
    known.set(key, found);
    return found;
  }

  private text({ name, type, help, labels, buckets }: MetricDefinition): string {
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
    for (const one of this.series.get(name)?.values() ?? []) {
      const own = labels.map((label) => [label, one.labels[label]] as const);
      if (type !== 'histogram') {
        lines.push(`${name}${inBraces(own)} ${one.value}`);
        continue;
      }
      buckets?.forEach((bound, i) =>
        lines.push(`${name}_bucket${inBraces([...own, ['le', String(bound)]])} ${one.counts[i]}`),
      );
      lines.push(`${name}_bucket${inBraces([...own, ['le', '+Inf']])} ${one.count}`);
      lines.push(`${name}_sum${inBraces(own)} ${one.value}`, `${name}_count${inBraces(own)} ${one.count}`);
    }
    return `${lines.join('\n')}\n`;
  }

  private lookAtProcess(): void {
    const { user, system } = process.cpuUsage();
    this.set(metrics.residentMemory, {}, process.memoryUsage.rss());
    this.set(metrics.cpuSeconds, {}, (user + system) / 1e6);
    this.set(metrics.startTime, {}, Math.round(Date.now() / 1_000 - process.uptime()));
  }
}

function inBraces(labels: readonly (readonly [string, string])[]): string {
  if (labels.length === 0) return '';
  const quoted = (value: string): string => value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  return `{${labels.map(([name, value]) => `${name}="${quoted(value)}"`).join(',')}}`;
}
