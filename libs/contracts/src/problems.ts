/** What a user is told when something is refused or fails (RFC 9457): stable code, title, what to do next. */
export interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly next: string;
  readonly retriable: boolean;
}

const define = <T extends Record<string, ProblemDefinition>>(registry: T): T => registry;

export const problemRegistry = define({
  'invalid-request': {
    status: 422,
    title: 'The request is not valid',
    next: 'Correct the fields that are named and send it again.',
    retriable: false,
  },
  'malformed-body': {
    status: 400,
    title: 'The body is not readable JSON',
    next: 'Send a JSON object with content-type application/json.',
    retriable: false,
  },
  'body-too-large': { status: 413, title: 'The body is too large', next: 'Send less than 64 KiB.', retriable: false },
  unauthenticated: {
    status: 401,
    title: 'No valid token',
    next: 'Send `Authorization: Bearer <token>`; npm start prints where the token is.',
    retriable: false,
  },
  'not-found': {
    status: 404,
    title: 'There is no such resource',
    next: 'Look at GET /v1/instances for what exists.',
    retriable: false,
  },
  'instance-unknown': {
    status: 404,
    title: 'There is no such instance',
    next: 'Look at GET /v1/instances for what exists.',
    retriable: false,
  },
  'host-unknown': {
    status: 404,
    title: 'There is no such host',
    next: 'Look at GET /v1/hosts for what exists.',
    retriable: false,
  },
  'name-taken': {
    status: 409,
    title: 'The name is taken',
    next: 'Choose another name, or delete the instance that has it.',
    retriable: false,
  },
  'too-few-hosts': {
    status: 422,
    title: 'Too few hosts',
    next: 'Add hosts, bring lost ones back, or choose another zone layout.',
    retriable: false,
  },
  'zone-unknown': {
    status: 422,
    title: 'There is no such zone',
    next: 'Look at GET /v1/hosts for the zones that exist.',
    retriable: false,
  },
  'region-unsupported': {
    status: 422,
    title: 'Another region',
    next: 'An installation has one region; leave the field out.',
    retriable: false,
  },
  'ports-exhausted': {
    status: 422,
    title: 'No port is free',
    next: 'Delete instances, or configure a wider range of ports.',
    retriable: false,
  },
  'wrong-edition': {
    status: 409,
    title: 'The edition has no such feature',
    next: 'A switchover needs the HA edition.',
    retriable: false,
  },
  'operation-in-progress': {
    status: 409,
    title: 'A conflicting operation is running',
    next: 'Wait for the operation that is named.',
    retriable: true,
  },
  'switchover-degraded': {
    status: 409,
    title: 'The secondary may lack commits',
    next: 'Wait until syncSet holds the secondary; nothing has been changed.',
    retriable: true,
  },
  'switchover-not-open': {
    status: 409,
    title: 'The primary is not serving',
    next: 'A failover is going on; wait until it has completed.',
    retriable: true,
  },
  'switchover-target': {
    status: 422,
    title: 'The target cannot take over',
    next: 'Name the secondary, or leave the target out.',
    retriable: false,
  },
  'switchover-not-drained': {
    status: 409,
    title: 'The clients did not come to a pause in time',
    next: 'Try again; long transactions on the pooled endpoint hold it up. Nothing has been changed.',
    retriable: true,
  },
  'drill-unavailable': {
    status: 409,
    title: 'No simulated hosts',
    next: 'Drills work on the simulated hosts of the embedded platform only.',
    retriable: false,
  },
  'drill-refused': {
    status: 409,
    title: 'The drill is not possible now',
    next: 'See the detail; GET /v1/hosts shows the state of each host.',
    retriable: false,
  },
  unavailable: {
    status: 503,
    title: 'A part that is needed does not answer',
    next: 'Try again in a moment; databases keep serving meanwhile.',
    retriable: true,
  },
  'outcome-unknown': {
    status: 504,
    title: 'It is not known whether it was done',
    next: 'Look at the resource before you try again.',
    retriable: true,
  },
  internal: {
    status: 500,
    title: 'A fault of ours',
    next: 'See the logs under the data directory; the traceId finds it.',
    retriable: false,
  },
});

export type ProblemCode = keyof typeof problemRegistry;

/** Why a request on NATS is refused where no user sees it; requesters branch on the code. */
export const refusalRegistry = {
  'invalid-message': 'The request does not fit its schema.',
  'node-unknown': 'This host does not run the node.',
  'endpoint-unknown': 'This host has no endpoint of the instance.',
  'consent-refused': 'The secondary does not give itself up for promotion; the row and its facts are told (R4).',
} as const;
export type RefusalCode = ProblemCode | keyof typeof refusalRegistry;
