import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { PlatformPlace, startPlatform, stopPlatform } from '../support/platform';
import { createInstance, TestInstance } from '../support/test-instance';
import { planRound } from './plan';
import { RoundReport, runRound, tracesOf } from './round';
import { Wire } from './wire';

export interface ChaosOptions {
  readonly seed: number;
  /** The first round; with `rounds: 1` one round is repeated alone. */
  readonly firstRound: number;
  readonly rounds: number;
  /** No round begins after this time. */
  readonly withinMs: number;
  readonly place: PlatformPlace;
  readonly print: (line: string) => void;
  /** Asked before each round: a signal ends the run between two rounds. */
  readonly isEnded?: () => boolean;
}

/**
 * Attacks one HA instance of a platform of its own, round by round, until a promise is broken or the time is over.
 * @returns the error of the round that failed, if one did; then data and logs are kept.
 */
export async function runChaos(options: ChaosOptions): Promise<Error | undefined> {
  const { place, print } = options;
  mkdirSync(place.dataDir, { recursive: true });
  // The services run as another user and have to pass through.
  chmodSync(place.dataDir, 0o755);
  let instance: TestInstance | undefined;
  let wire: Wire | undefined;
  let error: Error | undefined;
  try {
    instance = await createInstance(await startPlatform(place));
    wire = await Wire.open(instance.platform);
    error = await runRounds(instance, wire, options);
  } catch (thrown) {
    error = thrown as Error;
    print(`The run itself failed: ${error.stack}`);
  } finally {
    await wire?.close().catch(() => undefined);
    await instance?.control.close().catch(() => undefined);
    await stopPlatform(place);
  }
  if (error) print(`Data and logs are kept in ${place.dataDir}`);
  else rmSync(place.dataDir, { recursive: true, force: true });
  return error;
}

async function runRounds(instance: TestInstance, wire: Wire, options: ChaosOptions): Promise<Error | undefined> {
  const { seed, firstRound, rounds, withinMs, print, isEnded } = options;
  const untilMs = performance.now() + withinMs;
  for (let round = firstRound; round < firstRound + rounds && performance.now() < untilMs && !isEnded?.(); round++) {
    const report = await runRound(instance, wire, planRound(seed, round));
    print(lineOfRound(seed, round, report));
    if (!report.error) continue;
    print(`Round ${round} of seed ${seed} failed: ${report.error.message}`);
    print(['Events of the round:', ...tracesOf(report)].join('\n'));
    print(
      `Repeat it: npm run chaos -- --seed ${seed} --round ${round} (its faults are the same; their timing is the machine's)`,
    );
    return report.error;
  }
  return undefined;
}

function lineOfRound(
  seed: number,
  round: number,
  { faults, acked, lost, healedMs, clientErrors, error }: RoundReport,
): string {
  const at = new Date().toISOString();
  const load = Number(loadavg()[0].toFixed(2));
  return JSON.stringify({
    seed,
    round,
    at,
    faults,
    acked,
    lost,
    healedMs,
    clientErrors,
    load,
    failed: error?.message.split('\n')[0],
  });
}
