import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '../run';

export type Answer =
  { status?: number; body: unknown } | ((response: ServerResponse, request: IncomingMessage) => void);

export interface Heard {
  readonly route: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** An HTTP server with canned answers per `METHOD path`; the last of several stays. */
export class FakeApi {
  readonly heard: Heard[] = [];
  private server!: Server;
  private readonly answers = new Map<string, Answer[]>();

  async start(port = 0): Promise<void> {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  on(route: string, ...answers: Answer[]): void {
    this.answers.set(route, answers);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await request.toArray();
    const text = Buffer.concat(chunks as Buffer[]).toString();
    const route = `${request.method} ${request.url}`;
    this.heard.push({ route, headers: request.headers, body: text ? JSON.parse(text) : undefined });
    const answers = this.answers.get(route) ?? [];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {
      status: 404,
      body: problem(404, 'not-found'),
    };
    if (typeof answer === 'function') return answer(response, request);
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }
}

export function problem(status: number, code: string, more: object = {}): object {
  return {
    type: 'about:blank',
    title: `Title of ${code}`,
    status,
    code,
    detail: 'The detail.',
    next: 'Do this.',
    ...more,
  };
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line against the fake; `onOut` sees stdout as it is written. */
export async function tandem(
  api: { port: number },
  line: string,
  options: { signal?: AbortSignal; onOut?: (text: string) => void; env?: Record<string, string> } = {},
): Promise<Ran> {
  const written = { out: '', err: '' };
  const code = await run(line.split(' '), {
    env: { TANDEM_API: `http://127.0.0.1:${api.port}`, TANDEM_TOKEN: 'the-token', ...options.env },
    out: (text) => {
      written.out += text;
      options.onOut?.(text);
    },
    err: (text) => (written.err += text),
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, ...written };
}
