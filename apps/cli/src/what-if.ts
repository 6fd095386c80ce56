import type { WhatIfAnswer, WhatIfView } from '@tandem/contracts';
import { CommandContext, show } from './command-context';
import { table } from './table';

/** What would become of one instance, or of all, if something were lost now. */
export async function whatIf(context: CommandContext): Promise<void> {
  const [idOrName] = context.words;
  const instances =
    idOrName === undefined
      ? (await context.api.get<{ instances: WhatIfView[] }>('/v1/what-if')).instances
      : [await context.api.get<WhatIfView>(`/v1/instances/${encodeURIComponent(idOrName)}/what-if`)];
  const asked = instances.map((one) => ({
    ...one,
    answers: one.answers.filter(({ bad }) => bad || !context.options.bad),
  }));
  show(context, asked, () =>
    table(
      ['INSTANCE', 'IF LOST', 'THEN', 'BY', 'IN', 'LOSS', 'ROW', 'BECAUSE'],
      asked.flatMap(({ name, answers }) => answers.map((answer) => [name, ...cells(answer)])),
    ),
  );
}

function cells(answer: WhatIfAnswer): string[] {
  const { name, outcome, bad, takesOver, expectedMs, basis, lossBytes, row, because } = answer;
  const inTime = expectedMs === null ? '-' : `${expectedMs} ms${basis === 'measured' ? '' : ' (prior)'}`;
  const lost = lossBytes === null ? 'unknown' : String(lossBytes);
  const by = takesOver ? `${takesOver.nodeId} on ${takesOver.hostId}` : '-';
  return [name, bad ? `${outcome} !` : outcome, by, inTime, lost, row, because];
}
