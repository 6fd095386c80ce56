import type { EventView } from '@tandem/contracts';

interface AnyData {
  instanceId?: string;
  epoch?: number;
  row?: string;
  because?: string;
  reason?: string;
  from?: string;
  to?: string;
  how?: string;
  problem?: { code: string; detail: string };
  spec?: { name: string; edition: string };
  durationMs?: number;
  step?: string;
  steps?: { sinceStartMs: number }[];
  record?: {
    instanceId: string;
    epoch: number;
    state: string;
    primary: string;
    syncSet: string[];
    decision: { row: string; because: string };
  };
}

/** One event as one line for people: position, time, type, instance, and what decided it. */
export function eventLine(event: EventView): string {
  const data = event.data as AnyData;
  const instance = data.record?.instanceId ?? data.instanceId ?? '';
  const when = `${String(event.position).padStart(6)}  ${event.at}`;
  return `${when}  ${event.type.padEnd(26)} ${instance.padEnd(12)} ${describe(data)}`.trimEnd();
}

function describe(data: AnyData): string {
  const { record } = data;
  if (record) {
    const set = record.syncSet.length > 0 ? `syncSet ${record.syncSet.join(',')}` : 'syncSet empty';
    return `epoch ${record.epoch} ${record.state}, primary ${record.primary}, ${set} [${record.decision.row}: ${record.decision.because}]`;
  }
  const last = data.steps?.at(-1);
  return [
    data.spec ? `${data.spec.name}, ${data.spec.edition}` : '',
    data.epoch === undefined ? '' : `epoch ${data.epoch}`,
    data.from && data.to ? `${data.from} -> ${data.to}` : '',
    data.step ?? '',
    data.how ?? '',
    data.reason ?? '',
    data.durationMs === undefined ? '' : `${data.durationMs} ms`,
    last ? `${last.sinceStartMs} ms` : '',
    data.problem ? `${data.problem.code}: ${data.problem.detail}` : '',
    data.row ? `[${data.row}${data.because ? `: ${data.because}` : ''}]` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
