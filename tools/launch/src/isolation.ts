import { Permanent } from '@tandem/platform';
import { isolationObstacle } from '@tandem/simhost';

/** Throws Permanent with the way out where this user cannot have the namespaces of simulated hosts. */
export function checkIsolation(): void {
  const obstacle = isolationObstacle();
  if (obstacle === null) return;
  throw new Permanent(
    'namespaces-forbidden',
    `This system does not allow the namespaces that simulated hosts need (${obstacle}). ` +
      'Run npm start as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone, ' +
      'kernel.apparmor_restrict_unprivileged_userns; in a container: --privileged).',
  );
}
