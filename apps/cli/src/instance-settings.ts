import type { InstanceView } from '@tandem/contracts';
import { CliFailure } from './cli-failure';
import { CommandContext, show } from './command-context';
import { exitCodes } from './exit-codes';

const path = (context: CommandContext): string => `/v1/instances/${encodeURIComponent(context.words[0])}`;

export const renameInstance = (context: CommandContext): Promise<void> =>
  change(context, { name: context.words[1] }, `${context.words[0]} is ${context.words[1]} now.`);

export const protectInstance = (context: CommandContext): Promise<void> =>
  change(context, { deletionProtection: true }, `${context.words[0]} is protected from deletion.`);

export const unprotectInstance = (context: CommandContext): Promise<void> =>
  change(context, { deletionProtection: false }, `${context.words[0]} may be deleted.`);

/** `a=1,b=` sets a and removes b; the other tags stay, unless --replace is given. */
export async function tagInstance(context: CommandContext): Promise<void> {
  const wanted = parseTags(context.words[1]);
  const present = context.options.replace ? {} : (await context.api.get<InstanceView>(path(context))).tags;
  const merged = Object.entries({ ...present, ...wanted }).filter(([, value]) => value !== '');
  await change(context, { tags: Object.fromEntries(merged) }, `${merged.length} tags.`);
}

async function change(context: CommandContext, settings: object, done: string): Promise<void> {
  const accepted = await context.api.change<{ operation: { id: string } }>(path(context), settings);
  show(context, accepted, () => done);
}

function parseTags(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => /^([^=]+)=(.*)$/.exec(pair));
  if (pairs.some((pair) => pair === null)) {
    throw new CliFailure(exitCodes.usage, 'Tags are given as name=value,name=value.');
  }
  return Object.fromEntries(pairs.map((pair) => [pair![1], pair![2]]));
}
