import type { ApiClient } from './api-client';

/** What a command works with. */
export interface CommandContext {
  readonly api: ApiClient;
  readonly json: boolean;
  /** The data directory of this machine's platform, whether or not there is one. */
  readonly dataDirectory: string;
  /** `--wait-limit`, in ms. */
  readonly waitLimitMs: number;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** The words behind the command. */
  readonly words: readonly string[];
  /** Writes one line to stdout. */
  print(line: string): void;
  /** Progress for people, on stderr; silent with --json. */
  tell(line: string): void;
  /** Ends follow-style commands. */
  readonly signal: AbortSignal;
}

/** Prints the value as JSON for programs, or the text for people. */
export function show(context: CommandContext, value: unknown, text: () => string): void {
  context.print(context.json ? JSON.stringify(value, null, 2) : text());
}
