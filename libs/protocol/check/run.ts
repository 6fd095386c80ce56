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

/** Two faults without switchovers for safety, one fault for dead ends: together they end within three minutes. */
const defaults: readonly Partial<Options>[] = [
  { faults: 2, calm: false },
  { faults: 1, calm: true },
];

/**
 * Runs the exhaustive check.
 * @param args none: the default bounds. `--faults N --epochs N --entries N --switchover --dead-ends`: one run with
 *   these (millions of states, minutes). `--sabotage NAME`: the tables broken so. `--all`: the default runs, then each
 *   sabotage.
 * @returns whether the clean tables are clean and each sabotage that was asked for is found
 */
export function runCheck(args: readonly string[], { print, nowMs }: Outside): boolean {
  const at = args.indexOf('--sabotage');
  const named = at < 0 ? undefined : parseSabotage(args[at + 1]);
  const run = (chosen: Partial<Options>): boolean => {
    const options: Options = {
      faults: number(args, 'faults', 2),
      entries: number(args, 'entries', 2),
      epochs: number(args, 'epochs', 3),
      switchover: args.includes('--switchover'),
      calm: args.includes('--dead-ends'),
      ...chosen,
    };
    const { faults, entries, epochs, switchover, calm, sabotage } = options;
    const startMs = nowMs();
    const outcome = explore(options);
    const bounds = [`${faults} faults`, `${epochs} epochs`, `window of ${entries}`];
    if (switchover) bounds.push('switchovers');
    bounds.push(calm ? 'safety and dead ends' : 'safety');
    const what = `${sabotage ? `sabotage ${sabotage}` : 'clean'} (${bounds.join(', ')})`;
    report(what, outcome, (nowMs() - startMs) / 1000, print);
    if (!sabotage) return isClean(outcome);
    print(outcome.violation ? `  FOUND ${sabotage}` : `  NOT FOUND ${sabotage}`);
    return outcome.violation !== '';
  };
  const broken = (sabotage: Sabotage): boolean => run({ sabotage, calm: false });
  if (named) return broken(named);
  const chosen = ['--faults', '--dead-ends', '--switchover'].some((word) => args.includes(word));
  const clean = (chosen ? [{}] : defaults).map(run);
  const found = args.includes('--all') ? sabotages.map(broken) : [];
  return [...clean, ...found].every(Boolean);
}
