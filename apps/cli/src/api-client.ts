import type { ProblemDocument } from '@tandem/contracts';
import { CliFailure, failureOf } from './cli-failure';
import { exitCodes } from './exit-codes';
import type { Settings } from './settings';

/** A request without an answer for this long counts as unreachable, in ms; the API bounds its own work below it. */
const ANSWER_LIMIT_MS = 30_000;

/** HTTP API v1 as the commands use it; refusals and missing answers are thrown as CliFailure. */
export class ApiClient {
  constructor(
    private readonly settings: Settings,
    private readonly send: typeof fetch = fetch,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  /** What is no JSON, as it is. */
  async text(path: string, accept: string): Promise<string> {
    const headers = { ...this.headers(), accept };
    const response = await this.reach(path, { headers, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    if (!response.ok) throw await this.refusal(response);
    return response.text();
  }

  /** All pages of a list; `name` is the field that holds the items. */
  async list<T>(path: string, name: string, query: Readonly<Record<string, string>> = {}): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const search = new URLSearchParams({ ...query, ...(cursor ? { cursor } : {}) }).toString();
      const page: Record<string, unknown> = await this.get(search ? `${path}?${search}` : path);
      items.push(...(page[name] as T[]));
      cursor = (page.next as string | null | undefined) ?? null;
    }
    return items;
  }

  /** Changes what was read just before, unless somebody else changed it meanwhile (If-Match). */
  async change<T>(path: string, body: unknown): Promise<T> {
    const read = await this.answer('GET', path);
    return (
      await this.answer('PATCH', path, body, { 'if-match': read.headers.get('etag') ?? '' })
    ).json() as Promise<T>;
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.call<T>('DELETE', path);
  }

  /** An open event stream; the caller reads the body and goes on by itself when it ends. */
  async stream(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const response = await this.reach(path, { headers: { ...this.headers(), ...headers }, signal });
    if (!response.ok) throw await this.refusal(response);
    return response;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await this.answer(method, path, body)).json() as Promise<T>;
  }

  private async answer(
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const response = await this.reach(path, {
      method,
      headers: { ...this.headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    if (!response.ok) throw await this.refusal(response);
    return response;
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.settings.token}`, accept: 'application/json' };
  }

  private async reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.send(this.settings.api + path, init);
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CliFailure(exitCodes.unreachable, `The API at ${this.settings.api} does not answer: ${reason}`);
    }
  }

  private async refusal(response: Response): Promise<CliFailure> {
    const problem = (await response.json().catch(() => null)) as ProblemDocument | null;
    if (problem?.code) return failureOf(problem);
    return new CliFailure(exitCodes.failed, `${this.settings.api} answered with status ${response.status}.`);
  }
}
