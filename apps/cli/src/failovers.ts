import type { FailoverView } from '@tandem/contracts';
import { CommandContext, show } from './command-context';
import { table } from './table';

/** The switch log of an instance, newest first. */
export async function listFailovers(context: CommandContext): Promise<void> {
  const { last, csv, steps } = context.options;
  const query = typeof last === 'string' ? `?last=${encodeURIComponent(last)}` : '';
  const path = `/v1/instances/${encodeURIComponent(context.words[0])}/failovers${query}`;
  if (csv) return context.print((await context.api.text(path, 'text/csv')).trimEnd());
  const { failovers } = await context.api.get<{ failovers: FailoverView[] }>(path);
  show(context, failovers, () => (steps ? failovers.map(story).join('\n\n') : switchLog(failovers)));
}

const ms = (value: number | null): string => (value === null ? '-' : `${value} ms`);
const bytes = (value: number | null): string => (value === null ? 'unknown' : value === 0 ? '0' : `${value} bytes`);

const switchLog = (failovers: readonly FailoverView[]): string =>
  table(
    ['STARTED', 'KIND', 'REASON', 'FROM', 'TO', 'EPOCH', 'TOOK', 'LOSS', 'ID'],
    failovers.map((one) => [
      one.startedAt,
      one.kind,
      one.reason,
      one.from,
      one.to,
      String(one.epoch),
      one.status === 'running' ? 'running' : ms(one.durationMs),
      bytes(one.lossBytes),
      one.id,
    ]),
  );

function story(one: FailoverView): string {
  const head = `${one.startedAt}  ${one.kind}, ${one.reason}: ${one.from} -> ${one.to}, epoch ${one.epoch}, ${ms(one.durationMs)}`;
  const steps = one.steps.map(({ step, row, because, by, sinceStartMs, tookMs }) => [
    `  ${step}`,
    `${sinceStartMs} ms`,
    `+${tookMs}`,
    row,
    by ?? '',
    because ?? '',
  ]);
  return `${head}\n${table(['  STEP', 'AT', 'TOOK', 'ROW', 'BY', 'BECAUSE'], steps)}`;
}
