import { parseArgs } from 'node:util';
import { CliFailure } from './cli-failure';
import { Command, commands } from './commands';
import { exitCodes } from './exit-codes';

export interface ParsedCommand {
  readonly command: Command;
  readonly words: string[];
  readonly options: Record<string, string | boolean | undefined>;
}

const common = { json: { type: 'boolean' }, 'wait-limit': { type: 'string' }, help: { type: 'boolean' } } as const;

/** Finds the command and checks its words and options; `help` when that is what was asked for. */
export function parseCommand(argv: readonly string[]): ParsedCommand | 'help' {
  if (argv.length === 0 || argv[0] === 'help' || argv.includes('--help') || argv.includes('-h')) return 'help';
  const bare = argv.filter((word) => !word.startsWith('-'));
  const command = commands.find(({ words }) => words.every((word, index) => bare[index] === word));
  if (!command) throw usageFailure(`There is no command \`${bare.slice(0, 2).join(' ')}\`.`);
  const { positionals, values } = parse(argv, command);
  const words = positionals.slice(command.words.length);
  const takes = command.takes.map(inUsage).join(' ');
  const needed = command.takes.filter((name) => !isOptional(name)).length;
  if (words.length < needed || words.length > command.takes.length) {
    throw usageFailure(`Usage: tandem ${[...command.words, takes].join(' ')}`.trimEnd());
  }
  return { command, words, options: values };
}

const isOptional = (name: string): boolean => name.startsWith('[');

/** `<name>`, or `[name]` where it may be left out. */
export const inUsage = (name: string): string => (isOptional(name) ? name : `<${name}>`);

function parse(argv: readonly string[], command: Command) {
  const own = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args: [...argv], options: { ...own, ...common }, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageFailure(error instanceof Error ? error.message : String(error));
  }
}

const usageFailure = (message: string): CliFailure =>
  new CliFailure(exitCodes.usage, `${message}\n\`tandem help\` lists the commands.`);
