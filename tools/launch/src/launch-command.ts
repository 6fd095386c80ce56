import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { firstBlocked } from './data-directory';
import { pathsOf } from './layout';
import { Settings } from './settings';

/**
 * [command, ...arguments] of the launcher. Where root's clone or root's node lies in a place that the unprivileged user
 * may not enter (/root), both are shown below the data directory by bind mounts that nobody outside the launcher's
 * mount namespace sees, and that vanish with the last process in it.
 */
export function launchCommand(settings: Settings, { node, root }: { node: string; root: string }): string[] {
  const main = 'tools/launch/dist/main.js';
  const blocked = (path: string): boolean =>
    settings.dropsToUser && firstBlocked(dirname(path), settings.user) !== null;
  // The clone itself may be closed as well, not only what is above it.
  const hidesCode = blocked(join(root, 'package.json'));
  const hidesNode = blocked(node);
  if (!hidesCode && !hidesNode) return [node, join(root, main)];
  const { run } = pathsOf(settings.dataDir);
  const code = hidesCode ? join(run, 'code') : root;
  const prefix = resolve(dirname(node), '..');
  const shownNode = hidesNode ? join(run, 'node', node.slice(prefix.length)) : node;
  const mounts = [...(hidesCode ? [[root, code]] : []), ...(hidesNode ? [[prefix, join(run, 'node')]] : [])] as [
    string,
    string,
  ][];
  mounts.forEach(([, at]) => mkdirSync(at, { recursive: true }));
  const script = 'while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done; shift; exec "$@"';
  const unshare = ['unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'launch'];
  return [...unshare, ...mounts.flat(), '--', shownNode, join(code, main)];
}
