// Finds what a test run has left behind by the mark that it inherits in its environment.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits a little for processes that are ending, kills those that stay, and returns their command lines. */
export async function endStrays(runId, graceMs) {
  const deadline = performance.now() + graceMs;
  let left = strays(runId);
  while (left.length > 0 && performance.now() < deadline) {
    await delay(100);
    left = strays(runId);
  }
  // Killing may free others, such as a supervisor's next child: until none is left.
  for (let found = left; found.length > 0; found = strays(runId)) {
    found.forEach(({ pid }) => kill(pid));
    await delay(20);
  }
  return left.map(({ line }) => line);
}

function strays(runId) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid: Number(pid), environment: read(`/proc/${pid}/environ`), line: read(`/proc/${pid}/cmdline`) }))
    .filter(({ environment, line }) => line !== '' && environment.split('\0').includes(`TANDEM_TEST_RUN=${runId}`))
    .map(({ pid, line }) => ({ pid, line: line.replaceAll('\0', ' ').trim() }));
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
