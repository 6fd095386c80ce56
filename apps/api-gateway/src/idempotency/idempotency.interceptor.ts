import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { problemRegistry } from '@tandem/contracts';
import type { Logger } from '@tandem/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, Observable, of } from 'rxjs';
import { Problem, problemOf } from '../http/problem';
import { fingerprint } from './fingerprint';
import type { ReadModel } from '../read-model/read-model';
import { RequestSeed } from './request-seed';
import type { RequestKey, RequestStore } from './request-store';

const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Headers of an answer that belong to what was done, not to the request. */
const keptHeaders = ['location', 'etag'] as const;

type Answer =
  | { readonly body: unknown; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly problem: Pick<Problem, 'code' | 'detail'> & {
        readonly params?: Problem['more']['params'];
        readonly errors?: Problem['more']['errors'];
      };
    };

/**
 * Idempotency-Key: the first answer is the answer, also after a restart and from another copy. What may be tried again
 * (503, 504, a conflict that passes) is not kept: the next attempt goes on with the same ids.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly store: RequestStore,
    private readonly model: ReadModel,
    private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!changing.has(request.method)) return next.handle();
    const id = requestKey(request);
    if (!id) {
      request.seed = RequestSeed.random();
      return next.handle();
    }
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const claim = await this.store.claim(id, fingerprint(request));
    switch (claim.outcome) {
      case 'other-request':
        throw new Problem('idempotency-key-reused', 'Under this key another request was sent.');
      case 'in-progress':
        throw new Problem('request-in-progress', 'The request with this key is still being carried out.');
      case 'answered':
        return of(repeat(claim.answer as Answer, reply));
      case 'ours':
        request.seed = claim.seed;
        return of((await this.underWay(id, request, claim.seed)) ?? (await this.carryOut(id, next, reply)));
    }
  }

  /** A change whose answer was lost: its operation tells the rest. A creation has more to tell, its password. */
  private async underWay(id: RequestKey, request: FastifyRequest, seed: RequestSeed): Promise<unknown> {
    const operationId = seed.operationId();
    if (!this.model.operations.get(operationId) || request.routeOptions.url === '/v1/instances') return undefined;
    const body = { operation: { id: operationId } };
    await this.keep(id, { body, headers: {} });
    return body;
  }

  private async carryOut(id: RequestKey, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    try {
      const body: unknown = await lastValueFrom(next.handle());
      await this.keep(id, { body, headers: headersOf(reply) });
      return body;
    } catch (error) {
      const problem = problemOf(error);
      const { status, retriable } = problemRegistry[problem.code];
      if (retriable || status >= 500) await this.letGo(id);
      else
        await this.keep(id, {
          problem: { code: problem.code, detail: problem.detail, ...problem.more, cause: undefined } as never,
        });
      throw error;
    }
  }

  /** It has been done: without its answer the next attempt does it again, under the same ids. */
  private async keep(id: RequestKey, answer: Answer): Promise<void> {
    await this.store.answer(id, answer).catch((err: unknown) => {
      this.logger.warn({ err, tokenId: id.tokenId }, 'An answer could not be kept under its key');
    });
  }

  private async letGo(id: RequestKey): Promise<void> {
    await this.store.release(id).catch((err: unknown) => {
      this.logger.warn({ err, tokenId: id.tokenId }, 'A request stays claimed until its lease ends');
    });
  }
}

function requestKey(request: FastifyRequest): RequestKey | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,128}$/.test(key)) return { tokenId: request.caller?.id ?? '', key };
  throw new Problem('invalid-request', 'Not valid: Idempotency-Key.', {
    errors: [{ field: 'Idempotency-Key', message: 'must be 1-128 printable ASCII characters without spaces' }],
  });
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const present = keptHeaders.map((name) => [name, reply.getHeader(name)] as const);
  return Object.fromEntries(present.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

function repeat(answer: Answer, reply: FastifyReply): unknown {
  void reply.header('idempotent-replayed', 'true');
  if ('problem' in answer) {
    const { code, detail, params, errors } = answer.problem;
    throw new Problem(code, detail, { params, errors });
  }
  for (const [name, value] of Object.entries(answer.headers)) void reply.header(name, value);
  return answer.body;
}
