import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlEnvironment, parseEnvironment, Permanent } from '@tandem/platform';

export interface ApiGatewayConfig {
  /** Of the HTTP API: the port base itself. */
  readonly port: number;
  /** Where a supervisor looks for /healthz, which the API serves as well; may be the same port. */
  readonly healthPort: number;
  readonly natsUrl: string;
  readonly natsCredentialsFile: string | undefined;
  readonly controlDatabaseUrl: string;
  readonly apiToken: string;
  readonly logLevel: string;
}

/** Reads the environment and the API token that the launcher made. */
export function apiGatewayConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ApiGatewayConfig {
  const env = parseEnvironment(controlEnvironment, environment);
  return {
    port: env.TANDEM_PORT_BASE,
    healthPort: env.TANDEM_HEALTH_PORT,
    natsUrl: env.TANDEM_NATS_URL,
    natsCredentialsFile: env.TANDEM_NATS_CREDENTIALS,
    controlDatabaseUrl: env.TANDEM_CONTROL_DB,
    apiToken: readToken(join(env.TANDEM_DATA, 'secrets', 'api-token')),
    logLevel: env.TANDEM_LOG_LEVEL,
  };
}

function readToken(path: string): string {
  let token = '';
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new Permanent('configuration-invalid', `the API token cannot be read from ${path}`, { cause });
  }
  // An empty token would let everybody in who sends an empty one.
  if (token.length < 16)
    throw new Permanent('configuration-invalid', `${path} holds no token of 16 characters or more`);
  return token;
}
