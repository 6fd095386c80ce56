import { KnownSecret } from './known-secrets';

export interface Leak {
  /** The name of the secret, never the secret. */
  readonly secret: string;
  readonly where: string;
  readonly as: string;
}

/** The disguises in which a secret gets into a log: as it is, in JSON, in a URL, and encoded. */
const forms: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  json: (value) => JSON.stringify(value).slice(1, -1),
  url: encodeURIComponent,
  base64: (value) => Buffer.from(value).toString('base64').replace(/=+$/, ''),
  hex: (value) => Buffer.from(value).toString('hex'),
};

/** Where a text, or the bytes of a file, show one of the secrets. */
export function findLeaks(secrets: readonly KnownSecret[], text: string | Buffer, where: string): Leak[] {
  return secrets.flatMap(({ name, value }) => {
    const found = Object.entries(forms).find(([, disguise]) => text.includes(disguise(value)));
    return found ? [{ secret: name, where, as: found[0] }] : [];
  });
}
