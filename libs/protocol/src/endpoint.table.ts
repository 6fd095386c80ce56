import { decideBy, Fact, Row, Verdict } from './table';

/** What the agent of an endpoint host knows of one endpoint. */
export interface EndpointFacts {
  readonly state: 'none' | 'open' | 'promoting' | 'handed-over' | 'retired';
  /** The endpoint's configuration leads to the primary of this epoch. */
  readonly pointed: boolean;
  /** The configuration leads to some node at all. */
  readonly leading: boolean;
  /** The gate of that primary is open, by its agent's word; unknown once it has been asked for too long. */
  readonly gateOpen: Fact;
  /** Paused for a switchover. */
  readonly paused: boolean;
  /** The bound of the pause has passed (R15). */
  readonly pauseOver: boolean;
}

export type EndpointAction = 'wait' | 'park' | 'ask-gate' | 'repoint' | 'resume';

/** The endpoint's table: endpoints follow `open` only (R4 f). */
export const endpointTable: ReadonlyArray<Row<EndpointFacts, EndpointAction>> = [
  {
    id: 'endpoint/park',
    when: (f) => f.leading && (f.state === 'handed-over' || f.state === 'promoting' || f.state === 'retired'),
    action: 'park',
    because: 'R4 (f): nobody serves; clients wait in the endpoint instead of being refused by a closed gate',
  },
  {
    id: 'endpoint/gate-closed',
    when: (f) => f.state === 'open' && !f.pointed && f.gateOpen === 'no',
    action: 'ask-gate',
    because: 'R4 (f): the epoch is open but its gate not yet; a refused login would only cost clients time',
  },
  {
    id: 'endpoint/repoint',
    when: (f) => f.state === 'open' && !f.pointed,
    action: 'repoint',
    because: 'R4 (f): the epoch is open, and the endpoint does not lead to its primary yet',
  },
  {
    id: 'endpoint/resume-overdue',
    when: (f) => f.paused && f.pauseOver && f.state === 'open',
    action: 'resume',
    because: 'R15: the pause has reached its bound and the primary serves',
  },
  { id: 'endpoint/idle', when: () => true, action: 'wait', because: 'clients wait in the endpoint, or are served' },
];

/** What an endpoint does next. */
export function decideEndpoint(facts: EndpointFacts): Verdict<EndpointAction> {
  return decideBy(endpointTable, facts);
}
