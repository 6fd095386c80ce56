import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { Permanent } from './errors';
import { Secret } from './secret';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts what the secrets table keeps: AES-256-GCM, layout `version | nonce | tag | ciphertext`. */
export class SecretsBox {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    if (key.length !== 32) throw new Permanent('key-invalid', 'the key must have 32 bytes');
    this.#key = key;
  }

  /** Reads the key file (base64); makes it with mode 0600 if there is none, so that one of two racing processes wins. */
  static async open(keyFile: string): Promise<SecretsBox> {
    const text = await readFile(keyFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return createKey(keyFile);
      throw new Permanent('key-unreadable', `the key file ${keyFile} cannot be read`, { cause: error });
    });
    return new SecretsBox(Buffer.from(text.trim(), 'base64'));
  }

  /** `id` is bound in: a ciphertext moved to another row does not open. */
  seal(id: string, plain: Secret): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(id));
    const body = Buffer.concat([cipher.update(plain.reveal(), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body]);
  }

  /** Throws Permanent `secret-unreadable` when key, id or ciphertext do not belong together. */
  open(id: string, sealed: Buffer): Secret {
    const nonce = sealed.subarray(1, 1 + nonceBytes);
    const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
    try {
      if (sealed[0] !== version) throw new Error('unknown version');
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(id)).setAuthTag(tag);
      const body = sealed.subarray(1 + nonceBytes + tagBytes);
      return new Secret(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8'));
    } catch (cause) {
      throw new Permanent('secret-unreadable', `secret ${id} does not open with this key`, { cause });
    }
  }
}

async function createKey(keyFile: string): Promise<string> {
  const draft = `${keyFile}.${randomUUID()}`;
  await writeFile(draft, randomBytes(32).toString('base64'), { mode: 0o600, flush: true });
  try {
    await link(draft, keyFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(keyFile, 'utf8');
}
