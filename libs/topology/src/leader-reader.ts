import { JetStreamManager, MsgRequest, StoredMsg } from 'nats';
import { isMessageNotFound, unreachable } from './nats-failure';

/**
 * Reads by the stream's leader ($JS.API.STREAM.MSG.GET), never by direct get: any replica answers that (R12).
 * The time limit is that of the JetStreamManager. Every failure but "not found" is Transient.
 */
export class LeaderReader {
  constructor(
    private readonly jsm: JetStreamManager,
    private readonly stream: string,
  ) {}

  last(subject: string): Promise<StoredMsg | null> {
    return this.get({ last_by_subj: subject }, `last of ${subject}`);
  }

  at(seq: number): Promise<StoredMsg | null> {
    return this.get({ seq }, `sequence ${seq}`);
  }

  private async get(query: MsgRequest, what: string): Promise<StoredMsg | null> {
    try {
      return await this.jsm.streams.getMessage(this.stream, query);
    } catch (error) {
      if (isMessageNotFound(error)) return null;
      throw unreachable(what, error);
    }
  }
}
