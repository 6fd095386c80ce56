import { WhatIfAnswer } from '@tandem/contracts';

export interface Turned {
  readonly type: 'WhatIfTurnedBad' | 'WhatIfTurnedGood';
  readonly answers: readonly WhatIfAnswer[];
  /** Every loss whose answer is bad after this event. */
  readonly bad: readonly string[];
}

/**
 * What has turned since `bad` was told, in at most two events: what got worse first. An answer counts once two looks in
 * a row agree, so that what lasts no longer than a look is not told.
 */
export function turned(
  bad: ReadonlySet<string>,
  before: ReadonlyMap<string, boolean> | null,
  answers: readonly WhatIfAnswer[],
): Turned[] {
  const lasting = answers.filter((answer) => before?.get(answer.name) === answer.bad);
  const worse = lasting.filter((answer) => answer.bad && !bad.has(answer.name));
  const better = lasting.filter((answer) => !answer.bad && bad.has(answer.name));
  // A loss that is not asked about any more (another host, another node) has nothing to be told of.
  const asked = new Set(answers.map(({ name }) => name));
  const afterWorse = [...bad, ...worse.map(({ name }) => name)].filter((name) => asked.has(name)).sort();
  const good = new Set(better.map(({ name }) => name));
  const afterBoth = afterWorse.filter((name) => !good.has(name));
  return [
    ...(worse.length > 0 ? [{ type: 'WhatIfTurnedBad', answers: worse, bad: afterWorse } as const] : []),
    ...(better.length > 0 ? [{ type: 'WhatIfTurnedGood', answers: better, bad: afterBoth } as const] : []),
  ];
}
