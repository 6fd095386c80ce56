#!/usr/bin/env node
// run.mjs ADAPTER CONFIG FAULT RUNS: prints a JSON line per run. See README.md.
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { Probe, prepare } from './probe.mjs';

const [adapter, config, fault, runs = '1'] = process.argv.slice(2);
const a = (...args) =>
  execFileSync(adapter, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 300000 })
    .toString()
    .trim();
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const HOLD = Number(process.env.HOLD_MS ?? 45000);
// fault -> [steps before the settle wait]
const FAULTS = {
  'postmaster-crash': async () => a('kill', 'postmaster'),
  'host-loss': async () => a('kill', 'host'),
  'standby-loss': async () => a('kill', 'standby-host'),
  'host-freeze': async () => {
    a('freeze', 'host');
    await sleep(HOLD);
    a('thaw', 'host');
  },
  'standby-freeze': async () => {
    a('freeze', 'standby-host');
    await sleep(HOLD);
    a('thaw', 'host');
  },
  switchover: async () => a('switchover'),
  'store-down': async () => {
    a('store', 'down');
    await sleep(HOLD);
    a('store', 'up');
  },
};
for (let i = 0; i < Number(runs); i++) {
  a('wait-healthy');
  const urls = a('endpoint').split('\n');
  await prepare(urls);
  const p = new Probe(urls);
  p.start();
  await sleep(4000 + Math.random() * 3000);
  const t0 = performance.now();
  const at0 = p.acks.length;
  const busy = p.acks.filter((x) => x[2] > t0 - 1000).length;
  if (busy < 50) throw new Error(`only ${busy} commits in the second before the fault: the run is void`);
  await FAULTS[fault]();
  const limit = performance.now() + 120000;
  // until commits have flowed again for 5 s without a gap over 1 s
  for (;;) {
    await sleep(500);
    const now = performance.now();
    const recent = p.acks.filter((x) => x[2] > now - 5000).map((x) => x[2]);
    const started = p.acks.some((x) => x[2] > t0 + 200);
    let ok = started && recent.length > 20 && now - t0 > 8000;
    for (let k = 1; ok && k < recent.length; k++) if (recent[k] - recent[k - 1] > 1000) ok = false;
    if (ok && now - recent[recent.length - 1] < 1000 && recent[0] < now - 4000) break;
    if (now > limit) break;
  }
  await p.finish();
  a('recover');
  a('wait-healthy');
  const lost = await p.lost(urls);
  const codes = {};
  for (const e of p.errors) if (e[1] >= t0 - 500) codes[e[2]] = (codes[e[2]] ?? 0) + 1;
  console.log(
    JSON.stringify({
      system: a('name'),
      config,
      fault,
      rto_ms: p.longestGap(t0),
      worst_writer_ms: p.worstWriterGap(t0),
      client_errors: p.errors.filter((e) => e[1] >= t0 - 500).length,
      acked: p.acks.length,
      acked_before: at0,
      lost_acked: lost,
      codes,
    }),
  );
}
process.exit(0);
