import type { EventView } from '@tandem/contracts';

/** The newest events are kept in memory, so that those who follow cost the control database nothing. */
export const RECENT_MAX = 1_000;

/** The newest events in order, and a signal for whoever waits for the next one. */
export class EventFeed {
  private readonly recent: EventView[] = [];
  private readonly waiting = new Set<() => void>();
  private last = 0;

  get lastPosition(): number {
    return this.last;
  }

  /** True while nothing has been forgotten: the memory begins where the log begins. */
  get whole(): boolean {
    return this.recent.length === 0 || this.recent[0].position === 1;
  }

  append(event: EventView): void {
    this.last = event.position;
    this.recent.push(event);
    if (this.recent.length > RECENT_MAX) this.recent.shift();
    for (const wake of [...this.waiting]) wake();
  }

  /** The newest `count` of those that fit, oldest first. */
  newest(count: number, fits: (event: EventView) => boolean): EventView[] {
    return this.recent.filter(fits).slice(-count);
  }

  /** What comes after a position; null when that lies too far back for the memory. */
  after(position: number): EventView[] | null {
    if (position >= this.last) return [];
    const first = this.recent[0];
    // Positions may have gaps, so only one that is held itself proves that nothing before it is needed.
    if (!first || position < first.position) return null;
    return this.recent.filter((event) => event.position > position);
  }

  /** Resolves at the next event, at the abort, or after the limit. */
  async changed(position: number, limitMs: number, signal: AbortSignal): Promise<void> {
    if (this.last > position || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, limitMs);
      this.waiting.add(end);
      signal.addEventListener('abort', end);
    });
  }
}

/** Whether an event tells of the instance: by its stream, or by what it says. */
export function concerns(event: EventView, instanceId: string): boolean {
  const { instanceId: named, record } = event.data as { instanceId?: string; record?: { instanceId?: string } };
  return named === instanceId || record?.instanceId === instanceId || event.stream.endsWith(`:${instanceId}`);
}
