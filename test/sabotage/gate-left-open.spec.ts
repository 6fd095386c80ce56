import { sabotageFile } from '../support/sabotage-file';

// R8 is broken: the gate opens with the postmaster. `gate-closed-until-confirmed` must notice.
sabotageFile('gate-left-open');
