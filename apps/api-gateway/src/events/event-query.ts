import { z } from 'zod';

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { message: 'must be a whole number' })
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** Query of GET /v1/events: pages forward from `after`, or the newest `last`. */
export const eventQuery = z
  .strictObject({
    after: whole(0, Number.MAX_SAFE_INTEGER).optional(),
    last: whole(1, 1_000).optional(),
    limit: whole(1, 1_000).default(100),
    instance: z.string().min(1).max(64).optional(),
  })
  .refine(({ after, last }) => after === undefined || last === undefined, {
    path: ['last'],
    message: 'does not go together with after',
  });

/** Query of GET /v1/events/stream; the header Last-Event-ID comes before `after`. */
export const streamQuery = z.strictObject({
  after: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  instance: z.string().min(1).max(64).optional(),
});

export const lastEventId = whole(0, Number.MAX_SAFE_INTEGER);
