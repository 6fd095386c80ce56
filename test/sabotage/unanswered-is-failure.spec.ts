import { sabotageFile } from '../support/sabotage-file';

// R12 is broken: a CAS without an answer is taken for a failure. `acknowledged-commits-kept` must notice.
sabotageFile('unanswered-is-failure');
