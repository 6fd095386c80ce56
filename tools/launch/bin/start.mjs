// `npm start`: installs and builds what is missing, then runs the platform until Ctrl-C or `npm stop`.
// With --detach (or TANDEM_DETACH=1) it returns once everything is ready and leaves the platform running.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CannotPrepare, prepare, root } from './preparation.mjs';

const require = createRequire(import.meta.url);

async function start() {
  prepare();
  const { launchCommand, pathsOf, readSettings } = require('../dist/index.js');
  const settings = readSettings();
  const [file, ...args] = launchCommand(settings, { node: process.execPath, root });
  const detached = process.argv.includes('--detach') || process.env.TANDEM_DETACH === '1';
  if (detached) return startDetached(file, args, pathsOf(settings.dataDir));
  const child = spawn(file, args, { stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal as well; a signal that is sent to this process alone must be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return ended(child);
}

async function startDetached(file, args, paths) {
  mkdirSync(paths.logs, { recursive: true });
  const log = openSync(paths.log('launcher'), 'a');
  const child = spawn(file, args, { stdio: ['ignore', log, log, 'ipc'], detached: true });
  closeSync(log);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message.line !== undefined) console.log(message.line);
      if (message.ready) resolve(0);
    });
    void ended(child).then((code) => resolve(code === 0 ? 1 : code));
  });
}

function ended(child) {
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

start().then(
  (code) => process.exit(code),
  (error) => {
    const known = error instanceof CannotPrepare || error.kind === 'permanent';
    console.error(known ? error.message : error);
    process.exit(1);
  },
);
