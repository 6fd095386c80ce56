import { sabotageFile } from '../support/sabotage-file';

// R1 is broken: a read of the record opens the gate. `opened-by-own-cas` must notice.
sabotageFile('open-without-own-cas');
