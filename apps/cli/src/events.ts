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

/** Events of one replay are asked for in pages of this size. */
const REPLAY_PAGE = 1_000;

/**
 * The newest events, oldest of them first, or with --replay all of them; with --follow what comes after, through restarts
 * of the API.
 */
export async function listEvents(context: CommandContext): Promise<void> {
  const { after, follow, replay, from } = context.options;
  refuseMixtures(context);
  let position: number;
  if (replay) position = await replayEvents(context, Number(from ?? 0));
  else {
    const query = selection(context);
    if (typeof after === 'string') query.set('after', after);
    else query.set('last', String(context.options.last ?? '50'));
    position = await printPage(context, query).then(({ next }) => next);
  }
  if (follow) await followEvents(context, position);
}

function refuseMixtures({ options }: CommandContext): void {
  const { replay, from, after, last } = options;
  const wrong = replay ? after !== undefined || last !== undefined : from !== undefined;
  if (wrong) throw new CliFailure(exitCodes.usage, '--replay goes with --from; without it take --last or --after.');
  if (from !== undefined && !/^\d{1,15}$/.test(String(from)))
    throw new CliFailure(exitCodes.usage, '--from takes a position: 0 is the beginning.');
}

async function replayEvents(context: CommandContext, from: number): Promise<number> {
  for (let position = from; ;) {
    const query = selection(context);
    query.set('after', String(position));
    query.set('limit', String(REPLAY_PAGE));
    const { next } = await printPage(context, query);
    if (next === position || context.signal.aborted) return next;
    position = next;
  }
}

async function printPage(context: CommandContext, query: URLSearchParams): Promise<EventPage> {
  const page = await context.api.get<EventPage>(`/v1/events?${query}`);
  for (const event of page.events) printEvent(context, event);
  return page;
}

/** What pages and the stream choose by alike. */
function selection({ options }: CommandContext): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['instance', 'type', 'stream', 'since', 'until']) {
    const given = options[name];
    if (typeof given === 'string') query.set(name, given);
  }
  return query;
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
  const query = selection(context);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENT_STREAM_MS);
  let position = from;
  try {
    const signal = AbortSignal.any([context.signal, silence.signal]);
    const headers = { 'last-event-id': String(from), accept: 'text/event-stream' };
    const response = await context.api.stream(`/v1/events/stream${query.size > 0 ? `?${query}` : ''}`, headers, signal);
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
