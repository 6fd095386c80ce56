/** A refusal that was to be expected: a value, never thrown. `code` is one of the problem registry of the contracts. */
export interface Rejection {
  readonly code: string;
  /** One sentence for a person: what was refused and why. */
  readonly detail: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What a request or a decision ends in when nothing was thrown. */
export type Result<T> =
  { readonly ok: true; readonly result: T } | { readonly ok: false; readonly rejection: Rejection };

export const accepted = <T>(result: T): { readonly ok: true; readonly result: T } => ({ ok: true, result });

export const rejected = (
  code: string,
  detail: string,
  params?: Readonly<Record<string, unknown>>,
): { readonly ok: false; readonly rejection: Rejection } => ({
  ok: false,
  rejection: params === undefined ? { code, detail } : { code, detail, params },
});
