import { z } from 'zod';
import { Permanent } from './errors';

/**
 * The typed configuration of a process from its environment.
 * Throws Permanent `configuration-invalid` that names each variable and what to do; values are not repeated (secrets).
 */
export function parseEnvironment<S extends z.ZodObject>(
  schema: S,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<S> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'environment');
    const purpose = (schema.shape[name] as z.ZodType | undefined)?.description;
    const state = given[name] === undefined ? 'is missing' : `is not valid (${issue.message})`;
    return `${name} ${state}: set it${purpose ? ` to ${purpose}` : ''}`;
  });
  throw new Permanent('configuration-invalid', complaints.join('; '));
}

const port = z.coerce.number().int().min(1).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** What every service is started with. */
export const serviceEnvironment = z.object({
  TANDEM_DATA: z.string().default('/var/lib/tandem').describe('the data directory'),
  TANDEM_PORT_BASE: port.default(7400).describe('the first port of the installation'),
  TANDEM_SERVICE: z.string().min(1).describe('the name of the service'),
  TANDEM_HEALTH_PORT: port.describe('the port of /healthz'),
  TANDEM_NATS_URL: z.string().min(1).describe('the address of NATS, such as nats://127.0.0.1:7422'),
  TANDEM_NATS_CREDENTIALS: z.string().optional().describe('the path of a JSON file {user, pass} with mode 0600'),
  TANDEM_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info').describe('a level'),
});

/** Services of the control plane. */
export const controlEnvironment = serviceEnvironment.extend({
  TANDEM_CONTROL_DB: z.string().min(1).describe('the URL of the control database'),
  TANDEM_SABOTAGE: z.string().optional().describe('the name of a sabotage switch, in tests only'),
});

/** The node-agent: one per host, without the control database. */
export const agentEnvironment = serviceEnvironment.extend({
  TANDEM_HOST_ID: z.string().min(1).describe('the id of this host'),
  TANDEM_HOST_DIR: z.string().min(1).describe('the directory of this host'),
  TANDEM_HOST_ADDRESS: z.string().min(1).describe('the address that other hosts reach this one by'),
  TANDEM_HOST_ZONE: z.string().min(1).describe('the zone of this host'),
  TANDEM_HOST_ROLES: list.pipe(z.array(z.enum(['database', 'endpoint'])).min(1)).describe('database, endpoint or both'),
  TANDEM_PG_BIN: z.string().default('/usr/lib/postgresql/15/bin').describe("the directory of PostgreSQL's programs"),
  TANDEM_SABOTAGE: z.string().optional().describe('the name of a sabotage switch, in tests only'),
});

export type ServiceEnvironment = z.infer<typeof serviceEnvironment>;
export type ControlEnvironment = z.infer<typeof controlEnvironment>;
export type AgentEnvironment = z.infer<typeof agentEnvironment>;
