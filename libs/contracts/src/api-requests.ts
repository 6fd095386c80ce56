import { z } from 'zod';
import { apiRoles, tokenName } from './access-events';
import { instanceTags } from './change-events';
import { instanceName } from './ids';

/** Body of PATCH /v1/instances/{idOrName}: what is left out stays; `tags` replaces all tags. */
export const changeInstanceBody = z
  .strictObject({
    name: instanceName.optional(),
    tags: instanceTags.optional().describe('All tags, in place of those it has.'),
    deletionProtection: z.boolean().optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), { message: 'changes nothing' })
  .meta({ id: 'ChangeInstance', examples: [{ deletionProtection: true }] });

const expiresInDays = z.number().int().min(1).max(3_650).optional();

/** Body of POST /v1/tokens. */
export const createTokenBody = z
  .strictObject({
    name: tokenName,
    role: z.enum(apiRoles),
    expiresInDays: expiresInDays.describe('Without it the token does not expire.'),
  })
  .meta({ id: 'CreateToken', examples: [{ name: 'ci', role: 'operator', expiresInDays: 90 }] });

/** Body of POST /v1/tokens/{token}/rotate. The grace lets whoever loses the answer ask again. */
export const rotateTokenBody = z
  .strictObject({
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(604_800)
      .default(60)
      .describe('How long the old secret goes on beside the new one.'),
    expiresInDays: expiresInDays.describe('From now on; as long again as before without it.'),
  })
  .meta({ id: 'RotateToken', examples: [{}] });

export const tokenPath = z.object({ token: z.string().describe('The id or the name of a token.') });

/** What every list takes. */
const page = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, { message: 'must be a whole number' })
    .transform(Number)
    .pipe(z.number().int().min(1).max(1_000))
    .default(100),
  cursor: z.string().min(1).max(400).optional().describe('The `next` of the page before.'),
};
export const pageQuery = z.strictObject(page);

export const operationsQuery = z.strictObject({
  ...page,
  instance: z.string().min(1).max(64).optional().describe('Only of this instance: its id or its name.'),
  status: z.enum(['running', 'succeeded', 'failed']).optional(),
});

/** The value is an entity tag or `*`; the gateway reads it by itself. */
export const preconditionHeaders = z.object({
  'if-match': z.string().optional().describe('The ETag of the look that the change is based on, or *.'),
});
