import { AssertionName } from '../assertions';
import { TestInstance } from '../test-instance';

/** A course of events in which one sabotage does its harm, and in which a sound platform keeps its promise. */
export interface Scenario {
  /** The rule that the sabotage breaks. */
  readonly rule: string;
  /** The assertion that must notice, and no other. */
  readonly assertion: AssertionName;
  /** Throws Breach when a promise was broken, anything else when the course itself failed. */
  readonly run: (instance: TestInstance) => Promise<void>;
  /** Ends every fault of the course. */
  readonly undo: (instance: TestInstance) => Promise<void>;
}

export const ORCHESTRATOR = { service: 'failover-orchestrator' };

/** Brings hosts, store and orchestrator back, whichever of them is away. */
export async function undoAll({ platform, places }: TestInstance): Promise<void> {
  await platform.drill('store-up');
  await platform.drill('service-up', ORCHESTRATOR);
  for (const { hostId } of places) await platform.drill('start-host', { hostId });
}
