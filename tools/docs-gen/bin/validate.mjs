// Whether the documents are what they say they are, by the schemas that OpenAPI and AsyncAPI publish.
import specs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';

export async function faultsOfOpenApi(document) {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  return [...(valid ? [] : faults(errors)), ...danglingReferences(document)];
}

export function faultsOfAsyncApi(document) {
  // The published schema names formats and keywords that are AsyncAPI's own.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const valid = ajv.validate(specs.schemasWithoutId['3.0.0'], document);
  return [...(valid ? [] : faults(ajv.errors)), ...danglingReferences(document)];
}

const faults = (errors) =>
  typeof errors === 'string'
    ? [errors]
    : errors.map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);

/** References that lead nowhere: neither schema can tell. */
export function danglingReferences(document) {
  const found = new Set();
  JSON.stringify(document, (key, value) => (key === '$ref' ? (found.add(value), value) : value));
  return [...found]
    .filter((reference) => target(document, reference) === undefined)
    .map((each) => `${each} leads nowhere`);
}

const target = (document, reference) =>
  reference
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce((place, part) => place?.[part], document);
