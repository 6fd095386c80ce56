// Writers that note every acknowledged commit; used against every system alike.
import pg from 'pg';
import { performance } from 'node:perf_hooks';

const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const QUERY_MS = Number(process.env.QUERY_MS ?? 10000); // a client's own patience with one statement

export async function prepare(urls) {
  for (let i = 0; ; i++) {
    try {
      const c = new pg.Client({ connectionString: urls[i % urls.length], connectionTimeoutMillis: 2000 });
      c.on('error', () => {});
      await c.connect();
      await c.query('drop table if exists probe');
      await c.query('create table probe(writer int, seq int, primary key(writer, seq))');
      await c.end();
      return;
    } catch (e) {
      if (i > 60) throw e;
      await sleep(500);
    }
  }
}

export class Probe {
  constructor(urls, writers = 4) {
    this.urls = urls;
    this.n = writers;
    this.acks = [];
    this.errors = [];
    this.stop = false;
  }
  start() {
    this.tasks = Array.from({ length: this.n }, (_, w) => this.#writer(w));
  }
  async #writer(w) {
    let seq = 0,
      i = w,
      c = null;
    while (!this.stop) {
      try {
        if (!c) {
          const k = new pg.Client({
            connectionString: this.urls[i++ % this.urls.length],
            connectionTimeoutMillis: 500,
          });
          k.on('error', () => {});
          k.on('notice', (n) => {
            if (n.severity === 'WARNING') k.warned = true;
          });
          await k.connect();
          c = k;
        }
        c.warned = false;
        const s = seq++;
        await withTimeout(c.query('insert into probe values($1,$2)', [w, s]), QUERY_MS);
        if (!c.warned) this.acks.push([w, s, performance.now()]);
      } catch (e) {
        this.errors.push([w, performance.now(), String(e.code || e.message).slice(0, 60)]);
        const k = c;
        c = null;
        if (k) k.end().catch(() => {});
        await sleep(10);
      }
    }
    if (c) c.end().catch(() => {});
  }
  async finish() {
    this.stop = true;
    await Promise.race([Promise.all(this.tasks), sleep(65000)]);
  }
  longestGap(from, acks = this.acks) {
    const t = acks
      .map((a) => a[2])
      .filter((x) => x >= from - 1000)
      .sort((a, b) => a - b);
    let g = 0;
    for (let i = 1; i < t.length; i++) g = Math.max(g, t[i] - t[i - 1]);
    return Math.round(g);
  }
  worstWriterGap(from) {
    return Math.max(
      ...Array.from({ length: this.n }, (_, w) =>
        this.longestGap(
          from,
          this.acks.filter((a) => a[0] === w),
        ),
      ),
    );
  }
  async lost(urls) {
    for (let i = 0; ; i++) {
      try {
        const c = new pg.Client({ connectionString: urls[i % urls.length], connectionTimeoutMillis: 2000 });
        c.on('error', () => {});
        await c.connect();
        const { rows } = await c.query('select writer, seq from probe');
        await c.end();
        const have = new Set(rows.map((r) => r.writer + ':' + r.seq));
        return this.acks.filter(([w, s]) => !have.has(w + ':' + s)).length;
      } catch (e) {
        if (i > 120) throw e;
        await sleep(500);
      }
    }
  }
}
function withTimeout(p, ms) {
  let t;
  return Promise.race([
    p,
    new Promise((_, r) => {
      t = setTimeout(() => r(new Error('probe timeout')), ms);
    }),
  ]).finally(() => clearTimeout(t));
}
