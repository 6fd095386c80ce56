import { JsonSchema, JsonSchemas } from '@tandem/contracts';
import type { z } from 'zod';
import { compactJson } from './compact-json';
import { Field, fieldsOf } from './fields';

/** The schemas of one page: fields as tables, and each named schema once at its end. */
export class Page {
  private readonly schemas = new JsonSchemas('draft-2020-12');
  private readonly parts: string[] = [];

  add(...parts: readonly string[]): void {
    this.parts.push(...parts.filter((part) => part !== ''));
  }

  /** The fields of a schema, or where they stand. */
  fields(schema: z.ZodType): string {
    const json = this.schemas.of(schema);
    return json.$ref ? link(json.$ref.split('/').at(-1) ?? '') : this.table(json);
  }

  /** Parameters are text on the wire: what counts is what the text must stand for. */
  parameters({ shape }: z.ZodObject): string {
    const wanted = Object.entries(shape as Record<string, z.ZodType>).map(([name, schema]) => {
      const given = this.schemas.of(schema, 'output');
      return {
        type: 'object',
        properties: { [name]: given },
        required: schema.safeParse(undefined).success ? [] : [name],
      };
    });
    return this.rows(wanted.flatMap((each) => fieldsOf(each as JsonSchema)));
  }

  /** The page, with the named schemas that it spoke of. */
  text(): string {
    const named = Object.entries(this.schemas.components);
    const sections = named.map(([name, schema]) =>
      [`### ${name}`, schema.description ?? '', this.table(schema), ...(schema.examples ?? []).map(json)]
        .filter((part) => part !== '')
        .join('\n\n'),
    );
    return `${[...this.parts, ...(sections.length > 0 ? ['## Schemas', ...sections] : [])].join('\n\n')}\n`;
  }

  private table(schema: JsonSchema): string {
    return this.rows(fieldsOf(schema).filter(({ path, type }) => !(path.endsWith('[]') && type === 'object')));
  }

  private rows(fields: readonly Field[]): string {
    if (fields.length === 0) return 'No fields.';
    const cells = fields.map(({ path, type, required, description }) => [
      `\`${path}\``,
      this.type(type),
      required ? 'yes' : '',
      description,
    ]);
    return table(['field', 'type', 'required', ''], cells);
  }

  private type(type: string): string {
    const word = (each: string): string => (this.schemas.components[each] ? link(each) : each.replaceAll('"', '`'));
    return type.split(' | ').map(word).join(' | ');
  }
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

export const json = (value: unknown): string => `\`\`\`json\n${compactJson(value)}\n\`\`\``;

/** To a heading of the same page, as GitHub names it. */
export const link = (heading: string): string =>
  `[${heading}](#${heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')})`;
