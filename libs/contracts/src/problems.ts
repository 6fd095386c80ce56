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
  'token-expired': {
    status: 401,
    title: 'The token has expired',
    next: 'Ask an administrator to rotate it: `tandem tokens rotate <token>`.',
    retriable: false,
  },
  forbidden: {
    status: 403,
    title: 'The role of the token does not allow this',
    next: 'Use a token with the role that is named; an administrator makes one with `tandem tokens create`.',
    retriable: false,
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    next: 'Wait for the seconds that the header retry-after names.',
    retriable: true,
  },
  'token-unknown': {
    status: 404,
    title: 'There is no such token',
    next: 'Look at GET /v1/tokens for what exists.',
    retriable: false,
  },
  'token-name-taken': {
    status: 409,
    title: 'A token has this name',
    next: 'Choose another name, or revoke the token that has it.',
    retriable: false,
  },
  'token-last-admin': {
    status: 409,
    title: 'The last token of an administrator',
    next: 'Create another token with the role admin first.',
    retriable: false,
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    next: 'Use a new key for a new request; the answer of the first one stays under its key for a day.',
    retriable: false,
  },
  'request-in-progress': {
    status: 409,
    title: 'The same request is being carried out',
    next: 'Send it again with the same Idempotency-Key in a moment.',
    retriable: true,
  },
  'revision-missing': {
    status: 428,
    title: 'The change does not say what it is based on',
    next: 'Send the ETag of GET /v1/instances/{id} as If-Match, or `If-Match: *`.',
    retriable: false,
  },
  'revision-stale': {
    status: 412,
    title: 'The instance has been changed since',
    next: 'Read it again, and send the change with its new ETag.',
    retriable: false,
  },
  'instance-failed': {
    status: 409,
    title: 'The creation of the instance failed',
    next: 'Delete it, and create it again.',
    retriable: false,
  },
  'deletion-protected': {
    status: 409,
    title: 'The instance is protected from deletion',
    next: 'Turn the protection off first: PATCH /v1/instances/{id} with {"deletionProtection": false}.',
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
