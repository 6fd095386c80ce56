#!/usr/bin/env node
// The figures of failover: every run of every fault as a JSON line with the load average, then medians and worst runs beside
// what they must and should be. `node bench.mjs [--runs N] [--only fault,fault]`; docs/BENCHMARKS.md says how to repeat it.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Probe, prepare } from './probe.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ADAPTER = path.join(HERE, 'tandem');
const DEGRADE_AFTER = 2000;
// Milliseconds, median of the runs; no run above twice `must`.
const FIGURES = [
  { fault: 'postmaster-crash', must: 1000, aim: 500 },
  { fault: 'host-freeze', must: 3000, aim: 2000 },
  { fault: 'host-loss', must: 3000, aim: 2000 },
  { fault: 'standby-loss', must: 600, aim: 300 },
  { fault: 'standby-freeze', must: DEGRADE_AFTER + 600, aim: DEGRADE_AFTER + 300 },
  { fault: 'switchover', must: 1000, aim: 500 },
  { fault: 'store-down', must: 1000, aim: 100, runs: 1 },
];
const POOLED = { fault: 'switchover-pooled', must: 500, aim: 200, switchovers: 10, clients: 16 };

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, only: { type: 'string' } } });
const wanted = values.only?.split(',');
const chosen = ({ fault }) => !wanted || wanted.includes(fault);
const print = (line) =>
  console.log(JSON.stringify({ ...line, loadavg: os.loadavg().map((x) => Number(x.toFixed(2))) }));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function adapter(args, env = {}) {
  const done = spawnSync(ADAPTER, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`adapter ${args.join(' ')} failed`);
  return done.stdout.toString().trim();
}

function run(fault) {
  const args = [path.join(HERE, 'run.mjs'), ADAPTER, 'default', fault, '1'];
  const done = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`${fault} failed`);
  return JSON.parse(done.stdout.toString());
}

/** Clients that hold their connections over every switchover: a single error is one too many. */
async function pooledSwitchovers() {
  adapter(['wait-healthy']);
  const urls = adapter(['endpoint'], { ENDPOINT: 'pooled' }).split('\n');
  await prepare(urls);
  const results = [];
  for (let i = 0; i < POOLED.switchovers; i++) {
    adapter(['wait-healthy']);
    const probe = new Probe(urls, POOLED.clients);
    probe.start();
    await sleep(2000);
    const t0 = performance.now();
    await new Promise((resolve) => setImmediate(resolve)).then(() => switchover());
    await sleep(2000);
    await probe.finish();
    const result = {
      fault: POOLED.fault,
      rto_ms: probe.longestGap(t0),
      worst_writer_ms: probe.worstWriterGap(t0),
      client_errors: probe.errors.length,
      codes: [...new Set(probe.errors.map((e) => e[2]))],
      lost_acked: await probe.lost(urls),
    };
    print(result);
    results.push(result);
    await prepare(urls);
  }
  return results;
}

/** In a process of its own, so that the probe's clients go on meanwhile. */
async function switchover() {
  const { execFile } = await import('node:child_process');
  await new Promise((resolve, reject) => execFile(ADAPTER, ['switchover'], (e) => (e ? reject(e) : resolve())));
}

function verdict({ fault, must, aim }, results) {
  const sorted = results.map((r) => r.rto_ms).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const worst = sorted.at(-1);
  const lost = results.reduce((n, r) => n + r.lost_acked, 0);
  const writers = results.every((r) => r.worst_writer_ms <= r.rto_ms + 1000);
  const errors = fault === POOLED.fault ? results.reduce((n, r) => n + r.client_errors, 0) : 0;
  const ok = median <= must && worst <= 2 * must && lost === 0 && writers && errors === 0;
  return {
    fault,
    runs: sorted,
    median,
    worst,
    must,
    aim,
    lost_acked: lost,
    writers_within_1s: writers,
    client_errors: errors,
    ok,
  };
}

const verdicts = [];
adapter(['up', 'default']);
try {
  for (const figure of FIGURES.filter(chosen)) {
    const results = [];
    for (let i = 0; i < (figure.runs ?? Number(values.runs)); i++) {
      const result = run(figure.fault);
      print(result);
      results.push(result);
    }
    verdicts.push(verdict(figure, results));
  }
  if (chosen(POOLED)) verdicts.push(verdict(POOLED, await pooledSwitchovers()));
} finally {
  adapter(['down']);
}
for (const line of verdicts) print({ summary: true, ...line });
process.exit(verdicts.every(({ ok }) => ok) ? 0 : 1);
