import { InstanceId, TopologyRecord } from '@tandem/contracts';

interface Watched {
  risky: boolean;
  sinceMs: number;
  totalMs: number;
}

/** Counts how long each HA instance had nobody who could take over, or nobody who served, by the versions as they come. */
export class AtRiskClock {
  private readonly watched = new Map<InstanceId, Watched>();

  constructor(private readonly nowMs: () => number) {}

  learn({ instanceId, edition, state, syncSet }: TopologyRecord): void {
    if (state === 'retired' || edition === 'basic') {
      this.watched.delete(instanceId);
      return;
    }
    const nowMs = this.nowMs();
    const before = this.watched.get(instanceId);
    const totalMs = before ? total(before, nowMs) : 0;
    this.watched.set(instanceId, { risky: state !== 'open' || syncSet.length === 0, sinceMs: nowMs, totalMs });
  }

  totals(): [InstanceId, number][] {
    const nowMs = this.nowMs();
    return [...this.watched].map(([instanceId, one]) => [instanceId, total(one, nowMs)]);
  }
}

const total = ({ risky, sinceMs, totalMs }: Watched, nowMs: number): number => totalMs + (risky ? nowMs - sinceMs : 0);
