import { createHmac, randomBytes } from 'node:crypto';
import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { Secret, stableId } from '@tandem/platform';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    seed: RequestSeed | null;
  }
}

const SEED_BYTES = 32;

/**
 * What a change draws its ids and secrets from. Under one Idempotency-Key it is the same each time, so that a request
 * that is carried out again, because its first answer was lost, asks the services for the same thing.
 */
export class RequestSeed {
  private constructor(private readonly bytes: Buffer) {}

  static random(): RequestSeed {
    return new RequestSeed(randomBytes(SEED_BYTES));
  }

  static of(text: Secret): RequestSeed {
    return new RequestSeed(Buffer.from(text.reveal(), 'base64'));
  }

  /** For its row in the control database, which is encrypted. */
  text(): Secret {
    return new Secret(this.bytes.toString('base64'));
  }

  operationId(): string {
    return `op-${stableId('operation', this.draw('operation').toString('hex'))}`;
  }

  /** 192 bits as 32 characters of base64url, which stand in a connection string as they are. */
  password(): Secret {
    return new Secret(this.draw('password').subarray(0, 24).toString('base64url'));
  }

  /** A bearer token with 256 bits. */
  token(): Secret {
    return new Secret(`tandem_${this.draw('token').toString('base64url')}`);
  }

  /** Lower-case letters and digits. */
  word(purpose: string, length: number): string {
    return BigInt(`0x${this.draw(purpose).toString('hex')}`)
      .toString(36)
      .slice(-length);
  }

  private draw(purpose: string): Buffer {
    return createHmac('sha256', this.bytes).update(purpose).digest();
  }
}

/** The seed of the request at hand, set by the interceptor for every method that changes something. */
export const Seed = createParamDecorator((_: unknown, context: ExecutionContext): RequestSeed => {
  return context.switchToHttp().getRequest<FastifyRequest>().seed ?? RequestSeed.random();
});
