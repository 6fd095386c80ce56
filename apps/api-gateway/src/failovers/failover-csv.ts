import type { FailoverView } from '@tandem/contracts';

const columns = [
  'startedAt',
  'kind',
  'reason',
  'from',
  'to',
  'epoch',
  'status',
  'durationMs',
  'lossBytes',
  'rows',
  'id',
] as const;

/** The switch log for spreadsheets (RFC 4180), one line for each change of the primary. */
export function failoverCsv(failovers: readonly FailoverView[]): string {
  const lines = failovers.map((one) => {
    const rows = one.steps.map(({ step, row, sinceStartMs }) => `${step} ${row} ${sinceStartMs}`).join('; ');
    return columns.map((column) => cell(column === 'rows' ? rows : one[column])).join(',');
  });
  return [columns.join(','), ...lines, ''].join('\r\n');
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
