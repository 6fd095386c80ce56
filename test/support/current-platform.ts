import { Platform } from './platform';

/** Names of the environment through which the global set-up tells every test file where the platform is. */
export const placeVariables = { dataDir: 'TANDEM_FAULTS_DATA', portBase: 'TANDEM_FAULTS_PORT_BASE' } as const;

/** The platform of this jest run. */
export function currentPlatform(): Platform {
  const { [placeVariables.dataDir]: dataDir, [placeVariables.portBase]: portBase } = process.env;
  if (!dataDir || !portBase) throw new Error('the global set-up has not started a platform');
  return new Platform({ dataDir, portBase: Number(portBase) });
}
