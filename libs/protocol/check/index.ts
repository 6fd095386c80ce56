export { explore, Outcome } from './search';
export { Options } from './layout';
export { Outside, runCheck } from './run';
