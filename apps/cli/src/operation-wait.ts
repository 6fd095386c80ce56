import { setTimeout as delay } from 'node:timers/promises';
import type { OperationView } from '@tandem/contracts';
import { CliFailure } from './cli-failure';
import type { CommandContext } from './command-context';
import { exitCodes } from './exit-codes';

const POLL_MS = 100;

/** Waits until the operation has ended; a failed one ends the command, and so does the limit. */
export async function waitForOperation(context: CommandContext, id: string): Promise<OperationView> {
  const endMs = performance.now() + context.waitLimitMs;
  for (;;) {
    const operation = await lookThroughRestarts(context, id, endMs);
    if (operation?.status === 'succeeded') return operation;
    if (operation?.status === 'failed') {
      const { code, detail } = operation.problem ?? { code: 'internal', detail: 'no reason was given' };
      throw new CliFailure(exitCodes.failed, `Operation ${id} failed (${code})\n  ${detail}`);
    }
    if (performance.now() > endMs) {
      throw new CliFailure(exitCodes.waitedTooLong, `Operation ${id} still runs after ${context.waitLimitMs} ms.`);
    }
    await delay(POLL_MS);
  }
}

/** The API may restart while one waits: that is not the operation's end. */
async function lookThroughRestarts(context: CommandContext, id: string, endMs: number): Promise<OperationView | null> {
  try {
    return await context.api.get<OperationView>(`/v1/operations/${encodeURIComponent(id)}`);
  } catch (error) {
    const passing = error instanceof CliFailure && (error.exitCode === exitCodes.unreachable || isBusy(error));
    if (passing && performance.now() <= endMs) return null;
    throw error;
  }
}

const isBusy = (error: CliFailure): boolean => error.problem?.status === 503 || error.problem?.status === 504;
