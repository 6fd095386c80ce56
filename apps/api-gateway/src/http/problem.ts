import { problemRegistry, ProblemCode, ProblemDocument } from '@tandem/contracts';
import { Failure, Rejection, Transient } from '@tandem/platform';

export interface FieldError {
  field: string;
  message: string;
}

/** Thrown at the HTTP rim only; becomes a problem document (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly more: { errors?: FieldError[]; params?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
  }
}

const isCode = (code: string): code is ProblemCode => Object.hasOwn(problemRegistry, code);

/** A refusal by a service, in the words of the registry; a code that is not there is a fault of ours. */
export function problemOfRejection({ code, detail, params }: Rejection): Problem {
  if (isCode(code)) return new Problem(code, detail, { params });
  return new Problem('internal', 'A service refused the request in words that the API does not know.', {
    cause: new Error(`${code}: ${detail}`),
  });
}

/** The one mapper from what is thrown to what the user is told. Texts of libraries and causes are not repeated. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Failure) return problemOfFailure(error);
  const { statusCode, status, code } = (error ?? {}) as { statusCode?: number; status?: number; code?: string };
  const http = statusCode ?? status;
  if (http === 413) return new Problem('body-too-large', 'The body has more than 64 KiB.');
  if (http === 404 || http === 405) return new Problem('not-found', 'There is nothing at this path.');
  if (http === 415) return new Problem('malformed-body', 'The content-type is not application/json.');
  if (http !== undefined && http >= 400 && http < 500) {
    return new Problem('malformed-body', `The request is not readable${code ? ` (${code})` : ''}.`);
  }
  return new Problem('internal', 'Something went wrong that is no fault of the request.', { cause: error });
}

function problemOfFailure(error: Failure): Problem {
  if (error.kind === 'transient') {
    const { retryAfterMs } = error as Transient;
    const detail = `A part that is needed does not answer (${error.code}).`;
    return new Problem('unavailable', detail, { params: { retryAfterMs }, cause: error });
  }
  if (error.kind === 'unknown-outcome') {
    return new Problem('outcome-unknown', `No answer came in time (${error.code}).`, {
      params: error.params,
      cause: error,
    });
  }
  return new Problem('internal', 'Something went wrong that is no fault of the request.', { cause: error });
}

/** The document itself. Parameters never replace one of the fields that the standard or this API defines. */
export function problemDocument(problem: Problem, path: string, traceId: string): ProblemDocument {
  const { status, title, next, retriable } = problemRegistry[problem.code];
  return {
    ...problem.more.params,
    type: `urn:tandem:problem:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    next,
    instance: path,
    retriable,
    traceId,
    ...(problem.more.errors ? { errors: problem.more.errors } : {}),
  };
}
