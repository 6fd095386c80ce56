import * as fc from 'fast-check';
import { asyncApiDocument } from './asyncapi-document';
import { compactJson } from './compact-json';

test('compact JSON says the same as any other', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) =>
      expect(JSON.parse(compactJson(value))).toEqual(JSON.parse(JSON.stringify(value))),
    ),
  );
  expect(JSON.parse(compactJson(asyncApiDocument()))).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
});

test('what fits on a line stands on one', () => {
  expect(compactJson({ a: [1, 2], b: undefined })).toBe('{ "a": [1, 2] }');
  const long = 'x'.repeat(100);
  expect(compactJson({ a: [1, 2], long })).toBe(`{\n  "a": [1, 2],\n  "long": "${long}"\n}`);
});
