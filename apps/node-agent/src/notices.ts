import { AgentNotice, subjects } from '@tandem/contracts';
import { Bus, publishDurable } from '@tandem/messaging';
import { Backoff, Logger } from '@tandem/platform';

const PUBLISH_MS = 1_000;
/** What does not fit any more is dropped, oldest first, and said so in the log: notices tell, they decide nothing. */
const KEPT = 1_000;

/** Hands notices to the store in order, for as long as it takes; the notice's id makes a repetition harmless. */
export class NoticeOutbox {
  private readonly waiting: AgentNotice[] = [];
  private sending = false;
  private readonly ending = new AbortController();

  constructor(
    private readonly bus: Bus,
    private readonly hostId: string,
    private readonly log: Logger,
  ) {}

  add(notice: AgentNotice): void {
    this.waiting.push(notice);
    if (this.waiting.length > KEPT) this.log.error({ dropped: this.waiting.shift() }, 'Too many notices wait');
    if (!this.sending) void this.send();
  }

  stop(): void {
    this.ending.abort();
  }

  private async send(): Promise<void> {
    this.sending = true;
    const backoff = new Backoff({ minMs: 100, maxMs: 2_000 });
    while (this.waiting.length > 0 && !this.ending.signal.aborted) {
      const [notice] = this.waiting;
      try {
        const subject = subjects.notice(this.hostId, notice.type);
        await publishDurable(this.bus, subject, notice, { msgId: notice.id, timeoutMs: PUBLISH_MS });
        this.waiting.shift();
        backoff.reset();
      } catch {
        await backoff.pause(this.ending.signal);
      }
    }
    this.sending = false;
  }
}
