import type { ProblemCode } from '@tandem/contracts';

/** A request refused as a value: the code is one of the problem registry, the detail says what is wrong. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly params?: Record<string, unknown>;
}

/** What a decider answers: never thrown, so that every caller has to look. */
export type Decided<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const decided = <T>(value: T): Decided<T> => ({ ok: true, value });

export const refused = (
  code: ProblemCode,
  detail: string,
  params?: Record<string, unknown>,
): { ok: false; refusal: Refusal } => ({ ok: false, refusal: { code, detail, ...(params ? { params } : {}) } });
