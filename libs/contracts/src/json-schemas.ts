import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schemas of one document: what has an id stands once among its components, and is referred to. */
export class JsonSchemas {
  readonly components: Record<string, JsonSchema> = {};

  constructor(private readonly target: 'draft-2020-12' | 'draft-07') {}

  /** `io`: what may be sent (input, the default), or what it becomes once it is parsed. */
  of(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
    const whole = z.toJSONSchema(z.object({ it: schema }), { target: this.target, io, override: withoutSafeBounds });
    const { properties, $defs, definitions } = referring(whole);
    Object.assign(this.components, $defs, definitions);
    return properties?.it as JsonSchema;
  }
}

/** zod bounds every integer by what JavaScript can count; that says nothing about the field. */
function withoutSafeBounds({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

const referring = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === '$ref' ? String(value).replace(/^#\/(\$defs|definitions)\//, '#/components/schemas/') : value,
  );
