export { run } from './run';
export type { Terminal } from './run';
export { exitCodes } from './exit-codes';
