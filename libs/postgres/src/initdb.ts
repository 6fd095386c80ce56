import { rename, rm, stat } from 'node:fs/promises';
import { syncDirectory } from '@tandem/host';
import type { NodeContext } from './node-options';
import { AGENT_ROLE } from './roles';
import { endLeftoverTools, mustRun } from './tool';

/** Whether there is a complete data directory: it appears by one rename. */
export const hasData = (node: NodeContext): Promise<boolean> =>
  stat(node.paths.data).then(
    () => true,
    () => false,
  );

/** Puts `data.new` in the place of the data directory; afterwards nothing of an older one is left. */
export async function adoptNewData(node: NodeContext): Promise<void> {
  const { data, newData } = node.paths;
  const old = `${data}.old`;
  await rm(old, { recursive: true, force: true });
  if (await hasData(node)) await rename(data, old);
  await rename(newData, data);
  await syncDirectory(node.dir);
  await rm(old, { recursive: true, force: true });
}

/** Makes an empty database cluster with the agent's role as its only login; an existing one is left as it is. */
export async function initDataDirectory(node: NodeContext, timeoutMs = 60_000): Promise<void> {
  if (await hasData(node)) return;
  await endLeftoverTools(node);
  await rm(node.paths.newData, { recursive: true, force: true });
  const args = ['-D', node.paths.newData, '-U', AGENT_ROLE, '-E', 'UTF8', '--locale=C.UTF-8'];
  await mustRun(node, 'initdb', [...args, '--data-checksums', '--auth=reject'], timeoutMs);
  await adoptNewData(node);
}
