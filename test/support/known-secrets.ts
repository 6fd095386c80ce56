import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A value that nobody but its owner may ever see, and what to call it instead. */
export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

const NOTED = 'known-secrets.jsonl';
/** Shorter words would be found by chance. */
const LEAST_LENGTH = 12;

/** A secret that the files of the platform do not hold, such as a password that a test was given: for the search at the end. */
export function noteSecret(dataDir: string, secret: KnownSecret): void {
  appendFileSync(join(dataDir, NOTED), `${JSON.stringify(secret)}\n`, { mode: 0o600 });
}

/** Everything secret that a platform of this data directory has made, and what tests have noted. */
export function knownSecrets(dataDir: string): KnownSecret[] {
  const files = [join(dataDir, 'secrets'), join(dataDir, 'pki'), join(dataDir, 'hosts')].flatMap(filesBelow);
  const noted = join(dataDir, NOTED);
  return [
    ...files.filter((path) => path.startsWith(join(dataDir, 'secrets'))).flatMap((path) => secretsIn(path)),
    ...files.filter((path) => path.endsWith('.key')).flatMap((path) => keyMaterial(path)),
    ...(existsSync(noted) ? lines(noted).map((line) => JSON.parse(line) as KnownSecret) : []),
  ].flatMap(parts);
}

/** Of a JSON file its password, of any other its text: a token or a key. */
function secretsIn(path: string): KnownSecret[] {
  const text = readFileSync(path, 'utf8').trim();
  if (!path.endsWith('.json')) return [{ name: path, value: text }];
  const { pass, password, token } = JSON.parse(text) as Record<string, string | undefined>;
  return [pass, password, token].flatMap((value) => (value === undefined ? [] : [{ name: path, value }]));
}

/** A line from the midst of a PEM file: its first ones are the same for all keys of a kind. */
function keyMaterial(path: string): KnownSecret[] {
  const body = lines(path).filter((line) => !line.startsWith('-----'));
  return [{ name: path, value: body[Math.floor(body.length / 2)] ?? '' }];
}

/** Of a SCRAM verifier the two keys alone: salt and iterations are told to every client. */
function parts(secret: KnownSecret): KnownSecret[] {
  const verifier = /^SCRAM-SHA-256\$\d+:[^$]+\$([^:]+):(.+)$/.exec(secret.value);
  const values = verifier ? [verifier[1], verifier[2]] : [secret.value];
  return values.filter((value) => value.length >= LEAST_LENGTH).map((value) => ({ name: secret.name, value }));
}

const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n').filter(Boolean);

/** Every file below a directory; data directories of PostgreSQL are not entered. */
export function filesBelow(directory: string): string[] {
  if (!existsSync(directory) || existsSync(join(directory, 'PG_VERSION'))) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() && statSync(path).size > 0 ? [path] : [];
  });
}
