import { agentRequests, NodeAssignment, NodeId, NodeReport, subjects } from '@tandem/contracts';
import { Bus, request } from '@tandem/messaging';
import { monotonicMs } from '@tandem/platform';

const REFRESH_MS = 150;
const TIMEOUT_MS = 500;
/** A peer's word is a view, not a fact: it expires. */
const EXPIRES_MS = 1_500;

/** What the agent of the other node says of it; asked for only while a decision needs it. */
export class PeerLink {
  private last: { report: NodeReport; atMs: number } | null = null;
  private askedAtMs = -Infinity;
  private asking = false;

  constructor(
    private readonly bus: Bus,
    private readonly assignment: NodeAssignment,
    private readonly peerId: NodeId,
  ) {}

  /** The newest word that has not expired. */
  get report(): NodeReport | null {
    return this.last && monotonicMs() - this.last.atMs < EXPIRES_MS ? this.last.report : null;
  }

  forget(): void {
    this.last = null;
  }

  /** Asks in the background, at most every 150 ms; `wake` is called when an answer has come. */
  refresh(wake: () => void): void {
    const now = monotonicMs();
    if (this.asking || now - this.askedAtMs < REFRESH_MS) return;
    this.asking = true;
    this.askedAtMs = now;
    void this.ask().finally(() => {
      this.asking = false;
      wake();
    });
  }

  private async ask(): Promise<void> {
    const { hostId } = this.assignment.members[this.peerId];
    const body = { instanceId: this.assignment.instanceId, nodeId: this.peerId };
    const answer = await request(this.bus, subjects.agent(hostId, 'report'), body, {
      timeoutMs: TIMEOUT_MS,
      reply: agentRequests.report.reply,
    }).catch(() => null);
    if (answer?.ok) this.last = { report: answer.result, atMs: monotonicMs() };
  }
}
