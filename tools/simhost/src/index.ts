export { isolationObstacle } from './host-command';
export type { HostPrograms } from './host-command';
export { readHostRecord } from './host-record';
export {
  bootId,
  commandLine,
  identify,
  isAlive,
  listProcesses,
  readProcess,
  signalIdentity,
  signalPid,
  workingDirectory,
} from './process-table';
export type { ProcessIdentity, ProcessRow } from './process-table';
export { postmasters } from './postgres-processes';
export { SimulatedHost } from './simulated-host';
export type { SimulatedHostOptions } from './simulated-host';
export { waitUntil } from './wait-until';
