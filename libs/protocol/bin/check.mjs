// The exhaustive check of the built tables: node libs/protocol/bin/check.mjs [--all | --sabotage NAME] [--faults N] [--switchover] [--dead-ends]
import { createRequire } from 'node:module';

const { runCheck } = createRequire(import.meta.url)('../dist/check/index.js');
const passed = runCheck(process.argv.slice(2), { print: (line) => console.log(line), nowMs: () => performance.now() });
console.log(passed ? 'PASSED' : 'FAILED');
process.exitCode = passed ? 0 : 1;
