const texts: string[] = [];

/** Steps are named by number while the search runs; text is made only for the traces. */
export function label(text: string): number {
  return texts.push(text) - 1;
}

/** One label for each node. */
export function labels(text: (node: string, other: string) => string): readonly [number, number] {
  return [label(text('A', 'B')), label(text('B', 'A'))];
}

export const textOf = (id: number): string => texts[id];
