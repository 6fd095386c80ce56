import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One client of an event stream (text/event-stream); a slow one holds up nobody but itself. */
export class SseConnection {
  private readonly closed = new AbortController();
  readonly signal: AbortSignal;

  constructor(
    request: IncomingMessage,
    private readonly response: ServerResponse,
    shutdown: AbortSignal,
  ) {
    this.signal = AbortSignal.any([this.closed.signal, shutdown]);
    request.socket.once('close', () => this.closed.abort());
    response.on('error', () => this.closed.abort());
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
  }

  get open(): boolean {
    return !this.signal.aborted;
  }

  /** `id` comes back as Last-Event-ID when the client connects again. */
  event(id: number, data: { type: string }): Promise<void> {
    return this.write(`id: ${id}\nevent: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  beat(): Promise<void> {
    return this.write(': beat\n\n');
  }

  end(): void {
    this.response.end();
  }

  private async write(text: string): Promise<void> {
    if (!this.open || this.response.write(text)) return;
    await once(this.response, 'drain', { signal: this.signal }).catch(() => undefined);
  }
}
