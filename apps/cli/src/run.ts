import { ApiClient } from './api-client';
import { CliFailure } from './cli-failure';
import { exitCodes } from './exit-codes';
import { parseCommand } from './parse-command';
import { dataDirectory, readSettings } from './settings';
import { usage } from './usage';

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

const WAIT_LIMIT_DEFAULT_S = 180;

/** Runs one command line and returns its exit code. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const json = argv.includes('--json');
  try {
    const parsed = parseCommand(argv);
    if (parsed === 'help') {
      terminal.out(`${usage()}\n`);
      return exitCodes.ok;
    }
    const waitLimitMs = waitLimit(parsed.options['wait-limit']);
    await parsed.command.run({
      api: new ApiClient(readSettings(terminal.env)),
      json,
      dataDirectory: dataDirectory(terminal.env),
      waitLimitMs,
      options: parsed.options,
      words: parsed.words,
      print: (line) => terminal.out(`${line}\n`),
      tell: (line) => (json ? undefined : terminal.err(`${line}\n`)),
      signal: terminal.signal,
    });
    return exitCodes.ok;
  } catch (error) {
    return report(error, terminal, json);
  }
}

function waitLimit(given: string | boolean | undefined): number {
  const seconds = given === undefined ? WAIT_LIMIT_DEFAULT_S : Number(given);
  if (!(seconds > 0)) throw new CliFailure(exitCodes.usage, '--wait-limit takes a number of seconds above 0.');
  return seconds * 1000;
}

function report(error: unknown, terminal: Terminal, json: boolean): number {
  if (!(error instanceof CliFailure)) throw error;
  if (json && error.problem) terminal.out(`${JSON.stringify(error.problem, null, 2)}\n`);
  else terminal.err(`${error.message}\n`);
  return error.exitCode;
}
