import { join } from 'node:path';
import { CREATION_DEADLINE_MS } from '@tandem/lifecycle';
import { controlEnvironment, parseEnvironment } from '@tandem/platform';

export interface InstanceManagerConfig {
  readonly healthPort: number;
  readonly portBase: number;
  readonly natsUrl: string;
  readonly natsCredentialsFile: string | undefined;
  readonly controlDatabaseUrl: string;
  /** Key of the secrets table. */
  readonly keyFile: string;
  readonly creationDeadlineMs: number;
  /** How often records that outlived their instance are looked for. */
  readonly sweepEveryMs: number;
  readonly logLevel: string;
}

/** Reads the environment. */
export function instanceManagerConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): InstanceManagerConfig {
  const env = parseEnvironment(controlEnvironment, environment);
  return {
    healthPort: env.TANDEM_HEALTH_PORT,
    portBase: env.TANDEM_PORT_BASE,
    natsUrl: env.TANDEM_NATS_URL,
    natsCredentialsFile: env.TANDEM_NATS_CREDENTIALS,
    controlDatabaseUrl: env.TANDEM_CONTROL_DB,
    keyFile: join(env.TANDEM_DATA, 'secrets', 'key'),
    creationDeadlineMs: CREATION_DEADLINE_MS,
    sweepEveryMs: 10_000,
    logLevel: env.TANDEM_LOG_LEVEL,
  };
}
