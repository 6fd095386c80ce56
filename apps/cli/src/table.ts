/** Columns padded to their widest cell, two blanks apart; nothing is cut, so that a terminal can be searched. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join('  ').trimEnd(); // prettier-ignore
  return [line(head), ...rows.map(line)].join('\n');
}

/** `name  value` lines. */
export function sheet(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
