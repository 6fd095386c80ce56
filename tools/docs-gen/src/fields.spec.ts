import { JsonSchemas } from '@tandem/contracts';
import { z } from 'zod';
import { fieldsOf } from './fields';

const place = z.object({ host: z.string(), port: z.number().int().optional() }).meta({ id: 'FieldsSpecPlace' });
const schema = z.object({
  kind: z.enum(['a', 'b']).default('a').describe('Which.'),
  maybe: z.string().nullable(),
  one: place.nullable(),
  list: z.array(z.object({ at: z.string() })),
  map: z.record(z.string(), place),
  fixed: z.literal(1),
  anything: z.unknown(),
});

const fields = (whole: boolean): string[] => {
  const schemas = new JsonSchemas('draft-2020-12');
  const json = schemas.of(schema);
  return fieldsOf(json, whole ? schemas.components : undefined).map(
    ({ path, type, required }) => `${path}${required ? '' : '?'}: ${type}`,
  );
};

test('every field has a path, a type, and whether it must be there', () => {
  expect(fields(true)).toEqual([
    'kind?: "a" | "b"',
    'maybe: string | null',
    'one: object | null',
    'one.host: string',
    'one.port?: integer',
    'list: array',
    'list[]: object',
    'list[].at: string',
    'map: map',
    'map.*: object',
    'map.*.host: string',
    'map.*.port?: integer',
    'fixed: 1',
    'anything: any',
  ]);
});

test('for readers a named schema stays a name', () => {
  expect(fields(false)).toEqual(expect.arrayContaining(['one: FieldsSpecPlace | null', 'map.*: FieldsSpecPlace']));
  expect(fields(false).filter((line) => line.includes('host'))).toEqual([]);
});

test('a description tells the default', () => {
  const [kind] = fieldsOf(new JsonSchemas('draft-2020-12').of(schema));
  expect(kind.description).toBe('Which. Default: "a".');
});
