import type { TokenSecretView, TokenView } from '@tandem/contracts';
import { CliFailure } from './cli-failure';
import { CommandContext, show } from './command-context';
import { exitCodes } from './exit-codes';
import { sheet, table } from './table';
import { rewriteTokenFiles } from './token-files';

const path = (idOrName: string): string => `/v1/tokens/${encodeURIComponent(idOrName)}`;

export async function listTokens(context: CommandContext): Promise<void> {
  const { tokens } = await context.api.get<{ tokens: TokenView[] }>('/v1/tokens');
  show(context, tokens, () =>
    table(
      ['NAME', 'ID', 'ROLE', 'STATUS', 'FINGERPRINT', 'CREATED', 'ROTATED', 'EXPIRES'],
      tokens.map((each) => [
        each.name,
        each.id,
        each.role,
        each.status,
        each.fingerprint,
        each.createdAt,
        each.rotatedAt ?? '-',
        each.expiresAt ?? 'never',
      ]),
    ),
  );
}

export async function createToken(context: CommandContext): Promise<void> {
  const { role } = context.options;
  const body = { name: context.words[0], role: role ?? 'viewer', expiresInDays: number(context, 'expires-in-days') };
  const made = await context.api.post<TokenSecretView>('/v1/tokens', body);
  show(context, made, () => sheet(secretLines(made)));
}

export async function rotateToken(context: CommandContext): Promise<void> {
  const body = {
    graceSeconds: number(context, 'grace-seconds'),
    expiresInDays: number(context, 'expires-in-days'),
  };
  const made = await context.api.post<TokenSecretView>(`${path(context.words[0])}/rotate`, body);
  // Told first: if a file cannot be written, the secret must not be lost with it.
  show(context, made, () => sheet(secretLines(made)));
  const files = made.replaces ? rewriteTokenFiles(context.dataDirectory, made.replaces, made.secret) : [];
  for (const file of files) context.tell(`Written to ${file}.`);
}

export async function revokeToken(context: CommandContext): Promise<void> {
  const revoked = await context.api.delete<TokenView>(path(context.words[0]));
  show(context, revoked, () => `${revoked.name} (${revoked.id}) is revoked.`);
}

const secretLines = ({ token, secret }: TokenSecretView): [string, string][] => [
  ['token', `${token.name} (${token.id}), ${token.role}`],
  ['secret', `${secret}  (kept nowhere: note it now)`],
  ['expires', token.expiresAt ?? 'never'],
];

function number(context: CommandContext, option: string): number | undefined {
  const given = context.options[option];
  if (given === undefined) return undefined;
  if (/^\d{1,9}$/.test(String(given))) return Number(given);
  throw new CliFailure(exitCodes.usage, `--${option} takes a whole number.`);
}
