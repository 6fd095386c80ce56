import { DrillVerb, drillVerbs } from '@tandem/contracts';
import { CliFailure } from './cli-failure';
import { CommandContext, show } from './command-context';
import { exitCodes } from './exit-codes';

/** `drill kill-host|start-host|freeze-host|thaw-host <host>`, `drill kill-postmaster <instance>`. */
export async function drill(context: CommandContext): Promise<void> {
  const [action, subject] = context.words;
  if (!drillVerbs.includes(action as DrillVerb)) {
    throw new CliFailure(exitCodes.usage, `There is no drill ${action}; there are: ${drillVerbs.join(', ')}.`);
  }
  const body = action === 'kill-postmaster' ? { action, instance: subject } : { action, hostId: subject };
  const result = await context.api.post<Record<string, unknown>>('/v1/drills', body);
  show(context, result, () => `${action} ${subject}: done.`);
}
