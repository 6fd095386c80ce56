/** A fact is yes, no or unknown; unknown never leads to a promotion (R14). */
export type Fact = 'yes' | 'no' | 'unknown';

/**
 * One row of a decision table. Rows are tried in order and the first that holds decides; `id` is quoted by events,
 * `because` is what a person is told.
 */
export interface Row<F, A extends string> {
  readonly id: string;
  readonly when: (facts: F) => boolean;
  readonly action: A;
  readonly because: string;
}

export interface Verdict<A extends string> {
  readonly row: string;
  readonly action: A;
  readonly because: string;
}

/** The first row that holds. A table whose last row does not always hold is our own fault, hence the throw. */
export function decideBy<F, A extends string>(table: ReadonlyArray<Row<F, A>>, facts: F): Verdict<A> {
  const row = table.find((candidate) => candidate.when(facts));
  if (!row) throw new Error('the table has no row for these facts');
  return { row: row.id, action: row.action, because: row.because };
}
