import { commands } from './commands';
import { inUsage } from './parse-command';
import { sheet } from './table';

/** The whole help, one screen. */
export function usage(): string {
  const lines = commands.flatMap(({ words, takes, options, says }): [string, string][] => [
    [`  ${[...words, ...takes.map(inUsage)].join(' ')}`, says],
    ...Object.entries(options).map(([name, option]): [string, string] => [
      `      --${name}${option.type === 'string' ? ' <value>' : ''}`,
      option.says,
    ]),
  ]);
  return `tandem <command> [options]

${sheet(lines)}

Every command: --json (for programs), --wait-limit <seconds> (default 180), --help.
Where: TANDEM_API and TANDEM_TOKEN; else the platform of this machine (TANDEM_DATA, its default data directory).
Exit codes: 0 done, 1 refused or failed, 2 usage, 3 API not reached, 4 not found, 5 no valid token, 6 waited too long,
7 the role of the token does not allow it.`;
}
