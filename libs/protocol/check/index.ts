export { explore, Outcome } from './search';
export { Options } from './layout';
export { Outside, runCheck } from './run';
export { verdictLines } from './verdict-counts';
