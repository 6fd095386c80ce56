/**
 * Ways to break the protocol on purpose: the exhaustive check and the fault tests must turn red for each of them, or
 * they prove nothing. Only tests set one (TANDEM_SABOTAGE).
 */
export const sabotages = [
  'promote-before-cas',
  'release-before-cas',
  'no-names',
  'gate-left-open',
  'open-without-own-cas',
  'unanswered-is-failure',
] as const;

export type Sabotage = (typeof sabotages)[number];

/** Parses TANDEM_SABOTAGE; an unknown word is an error, so that a misspelt test cannot pass by breaking nothing. */
export function parseSabotage(word: string | undefined): Sabotage | undefined {
  if (!word) return undefined;
  const found = sabotages.find((s) => s === word);
  if (!found) throw new Error(`unknown sabotage ${word}`);
  return found;
}
