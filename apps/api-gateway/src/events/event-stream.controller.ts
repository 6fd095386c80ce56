import { BeforeApplicationShutdown, Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { streamHeaders, streamQuery } from '@tandem/contracts';
import type { EventSelection } from '@tandem/event-log';
import { pause } from '@tandem/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseInput } from '../http/parse-input';
import { ReadModel } from '../read-model/read-model';
import { EventReader } from './event-reader';
import { SseConnection } from './sse-connection';

/** A client that hears nothing for three beats may take the stream for dead. */
const HEARTBEAT_MS = 10_000;
const RETRY_MS = 500;
const BATCH = 200;

@Controller('v1/events/stream')
export class EventStreamController implements BeforeApplicationShutdown {
  private readonly shutdown = new AbortController();

  constructor(
    private readonly reader: EventReader,
    private readonly model: ReadModel,
  ) {}

  @Get()
  stream(
    @Query() query: unknown,
    @Headers() headers: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const { after, ...asked } = parseInput(streamQuery, query);
    const resumed = parseInput(streamHeaders, headers)['last-event-id'] ?? after;
    const selection = this.reader.selection(asked);
    reply.hijack();
    const connection = new SseConnection(request.raw, reply.raw, this.shutdown.signal);
    void this.follow(connection, resumed ?? this.model.feed.lastPosition, selection);
  }

  beforeApplicationShutdown(): void {
    this.shutdown.abort();
  }

  private async follow(connection: SseConnection, from: number, selection: EventSelection): Promise<void> {
    let position = from;
    while (connection.open) {
      try {
        const { events, next } = await this.reader.after(position, BATCH, selection);
        for (const event of events) await connection.event(event.position, event);
        const moved = next > position;
        position = next;
        if (!moved) await this.beatUntilMore(connection, position);
      } catch {
        // The history is out of reach for now: the client keeps its connection and its place.
        await connection.beat();
        await pause(RETRY_MS, connection.signal);
      }
    }
    connection.end();
  }

  private async beatUntilMore(connection: SseConnection, position: number): Promise<void> {
    await connection.beat();
    await this.model.feed.changed(position, HEARTBEAT_MS, connection.signal);
  }
}
