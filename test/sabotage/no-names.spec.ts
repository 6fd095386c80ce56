import { sabotageFile } from '../support/sabotage-file';

// R3 is broken: the record lists the secondary though no commit waits for it. `acknowledged-commits-kept` must notice.
sabotageFile('no-names');
