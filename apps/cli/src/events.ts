import { setTimeout as delay } from 'node:timers/promises';
import type { EventPage, EventView } from '@tandem/contracts';
import { CliFailure } from './cli-failure';
import type { CommandContext } from './command-context';
import { eventLine } from './event-line';
import { exitCodes } from './exit-codes';
import { serverSentEvents } from './server-sent-events';

const RECONNECT_MS = 300;
/** The API beats every 10 s; a stream that says nothing for three beats is dead. */
const SILENT_STREAM_MS = 30_000;

/** The newest events, oldest of them first; with --follow what comes after, through restarts of the API. */
export async function listEvents(context: CommandContext): Promise<void> {
  const query = new URLSearchParams({ last: String(context.options.last ?? '50') });
  const { instance, after, follow } = context.options;
  if (typeof instance === 'string') query.set('instance', instance);
  if (typeof after === 'string') {
    query.delete('last');
    query.set('after', after);
  }
  const page = await context.api.get<EventPage>(`/v1/events?${query}`);
  for (const event of page.events) printEvent(context, event);
  if (follow) await followEvents(context, page.next);
}

async function followEvents(context: CommandContext, from: number): Promise<void> {
  let position = from;
  while (!context.signal.aborted) {
    try {
      position = await followOnce(context, position);
    } catch (error) {
      if (context.signal.aborted) return;
      const lasting = error instanceof CliFailure && error.exitCode !== exitCodes.unreachable;
      if (lasting && !error.problem?.retriable) throw error;
    }
    await delay(RECONNECT_MS, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

async function followOnce(context: CommandContext, from: number): Promise<number> {
  const { instance } = context.options;
  const filter = typeof instance === 'string' ? `?instance=${encodeURIComponent(instance)}` : '';
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENT_STREAM_MS);
  let position = from;
  try {
    const signal = AbortSignal.any([context.signal, silence.signal]);
    const headers = { 'last-event-id': String(from), accept: 'text/event-stream' };
    const response = await context.api.stream(`/v1/events/stream${filter}`, headers, signal);
    const body = response.body as AsyncIterable<Uint8Array> | null;
    for await (const event of serverSentEvents(touching(body, () => timer.refresh()))) {
      printEvent(context, JSON.parse(event.data) as EventView);
      position = Number(event.id ?? position);
    }
  } catch (error) {
    // A broken stream loses nothing: the next one begins after the last event that was printed.
    if (position === from) throw error;
  } finally {
    clearTimeout(timer);
  }
  return position;
}

async function* touching(body: AsyncIterable<Uint8Array> | null, touch: () => void): AsyncGenerator<Uint8Array> {
  if (!body) return;
  for await (const chunk of body) {
    touch();
    yield chunk;
  }
}

function printEvent(context: CommandContext, event: EventView): void {
  context.print(context.json ? JSON.stringify(event) : eventLine(event));
}
