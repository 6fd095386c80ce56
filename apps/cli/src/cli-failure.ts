import type { ProblemDocument } from '@tandem/contracts';
import { exitCodes } from './exit-codes';

/** Ends a command with an exit code and a message for people. */
export class CliFailure extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
    readonly problem?: ProblemDocument,
  ) {
    super(message);
  }
}

/** The API refused: its problem document decides the exit code. */
export function failureOf(problem: ProblemDocument): CliFailure {
  const fields = (problem.errors ?? []).map(({ field, message }) => `\n  ${field}: ${message}`);
  const text = `${problem.title} (${problem.code})\n  ${problem.detail}${fields.join('')}\n  ${problem.next}`;
  if (problem.status === 404) return new CliFailure(exitCodes.notFound, text, problem);
  if (problem.status === 401) return new CliFailure(exitCodes.unauthenticated, text, problem);
  if (problem.status === 403) return new CliFailure(exitCodes.forbidden, text, problem);
  return new CliFailure(exitCodes.failed, text, problem);
}
