import type { JsonSchema } from '@tandem/contracts';

/** One field of a message, by its path: `steps[].at`, `nodes.*.hostId`. */
export interface Field {
  readonly path: string;
  /** `string`, `object`, `array`, `map`, ...; alternatives are separated by ` | `, and words stand in quotes. */
  readonly type: string;
  /** Whether it must be there where its parent is. */
  readonly required: boolean;
  readonly description: string;
}

type Components = Readonly<Record<string, JsonSchema>>;

/** The fields of a schema, in their order, with those of everything inside it. Without `components` references stay names. */
export function fieldsOf(schema: JsonSchema, components?: Components): Field[] {
  return inside(schema, '', components);
}

const nameOf = ($ref: string): string => $ref.split('/').at(-1) ?? '';

const resolved = (schema: JsonSchema, components?: Components): JsonSchema =>
  schema.$ref && components ? { ...components[nameOf(schema.$ref)], ...schema, $ref: undefined } : schema;

function inside(given: JsonSchema, path: string, components?: Components): Field[] {
  const schema = resolved(given, components);
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[];
  const required = new Set(schema.required);
  return [
    ...Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([name, inner]) =>
      field(inner, path === '' ? name : `${path}.${name}`, required.has(name), components),
    ),
    ...(isSchema(schema.items) ? field(schema.items, `${path}[]`, true, components) : []),
    ...(isMap(schema) ? field(schema.additionalProperties as JsonSchema, `${path}.*`, true, components) : []),
    ...alternatives.flatMap((alternative) => inside(alternative, path, components)),
  ];
}

function field(given: JsonSchema, path: string, required: boolean, components?: Components): Field[] {
  const schema = resolved(given, components);
  const description = [
    schema.description,
    schema.default !== undefined && `Default: ${JSON.stringify(schema.default)}.`,
  ]
    .filter(Boolean)
    .join(' ');
  return [{ path, type: typeOf(schema, components), required, description }, ...inside(schema, path, components)];
}

function typeOf(given: JsonSchema, components?: Components): string {
  const schema = resolved(given, components);
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(' | ');
  const alternatives = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (alternatives) return alternatives.map((alternative) => typeOf(alternative, components)).join(' | ');
  if (isMap(schema)) return 'map';
  return [schema.type ?? 'any'].flat().join(' | ');
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && !Array.isArray(value);
/** An object whose keys are free. */
const isMap = ({ additionalProperties, properties }: JsonSchema): boolean =>
  properties === undefined && isSchema(additionalProperties);
