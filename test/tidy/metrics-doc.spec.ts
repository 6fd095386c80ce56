import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MetricDefinition, metrics, metricSources } from '@tandem/contracts';

const page = readFileSync(join(__dirname, '../../docs/METRICS.md'), 'utf8');

const line = ({ name, type, labels, of, help }: MetricDefinition): string => {
  const sources = of.length === metricSources.length ? 'all' : of.join(', ');
  return `| \`${name}\` | ${type} | ${labels.join(', ')} | ${sources} | ${help} |`;
};

it('docs/METRICS.md has one line for each metric as it is defined, and none for anything else', () => {
  const defined = Object.values<MetricDefinition>(metrics).map(line);
  expect(page.split('\n').filter((text) => text.startsWith('| `'))).toEqual(defined);
  expect(new Set(Object.values(metrics).map(({ name }) => name)).size).toBe(defined.length);
});

it('each metric says its unit by its name, and a counter that it only grows', () => {
  for (const { name, type } of Object.values(metrics)) {
    expect([name, /^(tandem|process)_[a-z_]+$/.test(name)]).toEqual([name, true]);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
  }
});
