import { z } from 'zod';
import { FieldError, Problem } from './problem';

/** The typed body or query; a problem that names every field otherwise. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.infer<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors);
  const names = [...new Set(errors.map(({ field }) => field))].join(', ');
  throw new Problem('invalid-request', `Not valid: ${names}.`, { errors });
}

/** A body is an object; parsed JSON of another kind, or none at all, names the body itself. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject) throw new Problem('malformed-body', 'The body is not a JSON object.');
  return parseInput(schema, body);
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not a field of this request' }));
  }
  return [{ field: path.join('.') || 'body', message: issue.message }];
}
