import { refusing } from '../support/expected';
import { faultFile } from '../support/fault-file';

faultFile('agent of the primary killed while PostgreSQL lives', (fault) => {
  fault('causes no failover: the next agent adopts the postmaster and confirms again (R1, R10)', {
    inflict: ({ drill, primary }) => drill('kill-agent', primary),
    // A slow restart of the agent lets its session fall silent: the secondary, which streams, does not consent.
    expects: [refusing, 'PrimaryConfirmed confirm/adopted'],
  });
});
