import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlEnvironment, InitialToken, parseEnvironment, parseInitialTokens, Permanent } from '@tandem/platform';
import { z } from 'zod';
import type { Rate } from './access/rate-limiter';

export interface ApiGatewayConfig {
  /** Of the HTTP API: the port base itself. */
  readonly port: number;
  /** Where a supervisor looks for /healthz, which the API serves as well; may be the same port. */
  readonly healthPort: number;
  readonly natsUrl: string;
  readonly natsCredentialsFile: string | undefined;
  readonly controlDatabaseUrl: string;
  /** What the launcher made at its first start. */
  readonly initialTokens: readonly InitialToken[];
  /** Key of what is stored encrypted in the control database. */
  readonly keyFile: string;
  /** Of each token, in each copy of the gateway. */
  readonly rate: Rate;
  readonly logLevel: string;
}

/** Far above what people and their programs ask, far below what one copy can answer; twice as much may come at once. */
const gatewayEnvironment = controlEnvironment.extend({
  TANDEM_API_RATE: z.coerce.number().int().min(1).default(500).describe('requests per second of one token'),
});

/** Reads the environment and the hashes of the tokens that the launcher made. */
export function apiGatewayConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ApiGatewayConfig {
  const env = parseEnvironment(gatewayEnvironment, environment);
  return {
    port: env.TANDEM_PORT_BASE,
    healthPort: env.TANDEM_HEALTH_PORT,
    natsUrl: env.TANDEM_NATS_URL,
    natsCredentialsFile: env.TANDEM_NATS_CREDENTIALS,
    controlDatabaseUrl: env.TANDEM_CONTROL_DB,
    initialTokens: readInitialTokens(join(env.TANDEM_DATA, 'secrets', 'api-tokens.json')),
    keyFile: join(env.TANDEM_DATA, 'secrets', 'key'),
    rate: { perSecond: env.TANDEM_API_RATE, burst: env.TANDEM_API_RATE * 2 },
    logLevel: env.TANDEM_LOG_LEVEL,
  };
}

function readInitialTokens(path: string): InitialToken[] {
  try {
    return parseInitialTokens(readFileSync(path, 'utf8'), path);
  } catch (cause) {
    if (cause instanceof Permanent) throw cause;
    throw new Permanent('configuration-invalid', `the initial tokens cannot be read from ${path}`, { cause });
  }
}
