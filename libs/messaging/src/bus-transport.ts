import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { subjects } from '@tandem/contracts';
import { Permanent, type Result } from '@tandem/platform';
import { isObservable, lastValueFrom, type Observable, throwError } from 'rxjs';
import type { z } from 'zod';
import type { Bus } from './bus';
import { serve, type Served } from './serve';

export interface BusTransportOptions {
  readonly bus: Bus;
  /** The name of the service: its queue group, and the second word of its subjects. */
  readonly service: string;
  /** The requests of the contracts, by verb; each needs one handler. */
  readonly requests: Readonly<Record<string, { readonly request: z.ZodType }>>;
  readonly onError: (error: unknown, subject: string) => void;
}

/**
 * Nest's @MessagePattern(verb) handlers behind `serve`: Nest brings controllers and injection, `serve` what Nest's own
 * NATS transport has not: refusals as values, failures by kind, checked requests, deadlines. See docs/adr/0005.
 */
export class BusTransport extends Server implements CustomTransportStrategy {
  private served: Served[] = [];

  constructor(private readonly options: BusTransportOptions) {
    super();
  }

  /** Throws Permanent when handlers and contracts do not match, so that such a service never starts. */
  listen(callback: () => void): void {
    const { bus, service, requests, onError } = this.options;
    const verbs = Object.keys(requests);
    const missing = verbs.filter((verb) => !this.messageHandlers.has(verb));
    const foreign = [...this.messageHandlers.keys()].filter((verb) => !verbs.includes(verb));
    if (missing.length + foreign.length > 0) {
      throw new Permanent('handlers-unfit', `${service}: no handler for [${missing}], no request for [${foreign}]`);
    }
    this.served = verbs.map((verb) => {
      const handler = this.messageHandlers.get(verb)!;
      const options = { queue: service, refuseLate: true, onError };
      return serve(bus, subjects.service(service, verb), options, requests[verb]!.request, async (body, context) => {
        const answered: unknown = await handler(body, context);
        return (isObservable(answered) ? await lastValueFrom(answered) : answered) as Result<unknown>;
      });
    });
    callback();
  }

  async close(): Promise<void> {
    await Promise.all(this.served.splice(0).map((each) => each.stop()));
  }

  override on(): void {
    throw new Permanent('not-supported', 'the bus tells of its connection itself');
  }

  override unwrap<T>(): T {
    return this.options.bus as T;
  }
}

/** Nest would make every error an "Internal server error"; `serve` tells them apart by kind. */
@Catch()
export class PassOnFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
