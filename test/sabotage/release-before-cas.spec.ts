import { sabotageFile } from '../support/sabotage-file';

// R2 is broken: names are cleared before the degrade CAS. `released-after-record` must notice.
sabotageFile('release-before-cas');
