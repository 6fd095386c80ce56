import { sabotageFile } from '../support/sabotage-file';

// R4 (e) is broken: the secondary promotes itself on its consent alone. `one-acknowledging-node` must notice.
sabotageFile('promote-before-cas');
