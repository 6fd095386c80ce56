const WIDTH = 120;

/** JSON for people: what fits on a line stands on one. */
export function compactJson(value: unknown, indent = '', room = WIDTH): string {
  const flat = onOneLine(value);
  if (flat.length <= room - indent.length || typeof value !== 'object' || value === null) return flat;
  const deeper = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${value.map((each) => deeper + compactJson(each, deeper)).join(',\n')}\n${indent}]`;
  const fields = defined(value).map(([key, inner]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${deeper}${name}${compactJson(inner, deeper, WIDTH - name.length)}`;
  });
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

function onOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  const fields = defined(value).map(([key, inner]) => `${JSON.stringify(key)}: ${onOneLine(inner)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** As JSON.stringify does it, a field without a value is left out. */
const defined = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, inner]) => inner !== undefined);
