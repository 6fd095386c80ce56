import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos';

const DEFAULT_PORT_BASE = 19_800;
const USAGE = 'npm run chaos -- [--seed N] [--minutes M] [--round K]   (--round: this round of the seed alone)';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, minutes: { type: 'string', default: '5' }, round: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const [minutes, round] = [Number(values.minutes), Number(values.round ?? 0)];
  if (![seed, minutes, round].every((value) => Number.isFinite(value) && value >= 0)) {
    console.error(USAGE);
    return 2;
  }
  const dataDir = process.env['TANDEM_DATA'] ?? mkdtempSync(join(realpathSync(tmpdir()), 'tandem-chaos-'));
  const place = { dataDir, portBase: Number(process.env['TANDEM_PORT_BASE'] ?? DEFAULT_PORT_BASE) };
  let ended = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (ended = true));
  const error = await runChaos({
    seed,
    firstRound: round,
    rounds: values.round === undefined ? Infinity : 1,
    withinMs: minutes * 60_000,
    place,
    print: (line) => console.log(line),
    isEnded: () => ended,
  });
  return error ? 1 : 0;
}

void main().then((code) => (process.exitCode = code));
