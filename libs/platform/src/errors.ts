export interface FailureOptions {
  /** The error of the library or of the system that this one wraps. */
  readonly cause?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The root of everything that is thrown on purpose. `code` is stable; the message is for people. */
export abstract class Failure extends Error {
  abstract readonly kind: 'transient' | 'unknown-outcome' | 'permanent' | 'invariant-violation';
  readonly params: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: string,
    message: string,
    options: FailureOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.params = options.params ?? {};
  }
}

/** Nothing was done and a retry may help, not before `retryAfterMs`. */
export class Transient extends Failure {
  readonly kind = 'transient';
  readonly retryAfterMs: number;

  constructor(code: string, message: string, options: FailureOptions & { readonly retryAfterMs?: number } = {}) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs ?? 200;
  }
}

/** It may have been done, now or later: look, then decide; never assume (R12). */
export class UnknownOutcome extends Failure {
  readonly kind = 'unknown-outcome';
}

/** No retry helps: configuration, poison, or something that is missing. */
export class Permanent extends Failure {
  readonly kind = 'permanent';
}

/** A fault of ours: the process ends and its supervisor starts a clean one. */
export class InvariantViolation extends Failure {
  readonly kind = 'invariant-violation';
}

/** Throws InvariantViolation unless `condition` holds; stays on in production. */
export function assertInvariant(condition: unknown, code: string, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(code, message);
}
