import { parseSabotage, Sabotage, sabotages } from '@tandem/protocol';
import { Options } from './layout';
import { explore, Outcome } from './search';

/** What the check needs from outside: where to print, and a monotonic clock in ms. */
export interface Outside {
  print(line: string): void;
  nowMs(): number;
}

const number = (args: readonly string[], name: string, otherwise: number): number => {
  const at = args.indexOf(`--${name}`);
  const value = at < 0 ? otherwise : Number(args[at + 1]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} wants a whole number`);
  return value;
};

function report(what: string, outcome: Outcome, seconds: number, print: Outside['print']): void {
  print(
    `${what}: ${outcome.states} states, ${outcome.transitions} transitions, depth ${outcome.depth}, ` +
      `${outcome.agentClasses} classes of agent facts, ${outcome.recordChanges} changes of the record compared, ${seconds.toFixed(1)} s`,
  );
  if (outcome.violation) print(`  VIOLATION ${outcome.violation}`);
  const ends = outcome.deadEnds;
  if (ends)
    ['everything back', 'host A gone', 'host B gone'].forEach((phase, i) =>
      print(`  ${phase}: ${ends.states[i]} states, ${ends.stuck[i]} stuck, ${ends.forHuman[i]} given to a human`),
    );
  outcome.trace.forEach((line, i) => print(i < outcome.trace.length - 1 ? `   ${i + 1}. ${line}` : `      ${line}`));
}

const isClean = (o: Outcome): boolean => !o.violation && (o.deadEnds?.stuck.every((n) => n === 0) ?? true);

/**
 * Runs the exhaustive check.
 * @param args `--faults N --epochs N --entries N`, `--no-switchover`, `--safety` (no search for dead ends),
 *   `--sabotage NAME`, `--all` (the clean tables, then each sabotage)
 * @returns whether the clean tables are clean and each sabotage that was asked for is found
 */
export function runCheck(args: readonly string[], { print, nowMs }: Outside): boolean {
  const at = args.indexOf('--sabotage');
  const named = at < 0 ? undefined : parseSabotage(args[at + 1]);
  const run = (sabotage: Sabotage | undefined, base: Partial<Options>): boolean => {
    const options: Options = {
      faults: number(args, 'faults', 2),
      entries: number(args, 'entries', 2),
      epochs: number(args, 'epochs', 3),
      switchover: !args.includes('--no-switchover'),
      calm: !sabotage && !args.includes('--safety'),
      sabotage,
      ...base,
    };
    const startMs = nowMs();
    const outcome = explore(options);
    const { faults, entries, epochs, switchover } = options;
    const bounds = `${faults} faults, ${epochs} epochs, window of ${entries}${switchover ? ', switchovers' : ''}`;
    report(`${sabotage ? `sabotage ${sabotage}` : 'clean'} (${bounds})`, outcome, (nowMs() - startMs) / 1000, print);
    if (!sabotage) return isClean(outcome);
    print(outcome.violation ? `  FOUND ${sabotage}` : `  NOT FOUND ${sabotage}`);
    return outcome.violation !== '';
  };
  if (named) return run(named, {});
  const clean = run(undefined, {});
  if (!args.includes('--all')) return clean;
  return sabotages.map((s) => run(s, {})).every(Boolean) && clean;
}
