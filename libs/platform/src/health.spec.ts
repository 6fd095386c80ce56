import { Backoff } from './backoff';
import { serveHealth } from './health';
import { Transient } from './errors';

describe('serveHealth', () => {
  it('answers 200 or 503 as the checks say, and tells of a taken port', async () => {
    let ok = true;
    const server = await serveHealth(0, () => ({ ok, checks: { nats: ok ? 'connected' : 'away' } }));
    try {
      const url = `http://127.0.0.1:${server.port}`;
      const good = await fetch(`${url}/healthz`);
      expect([good.status, await good.json()]).toEqual([200, { ok: true, checks: { nats: 'connected' } }]);
      ok = false;
      expect((await fetch(`${url}/healthz`)).status).toBe(503);
      expect((await fetch(`${url}/other`)).status).toBe(404);
      await expect(serveHealth(server.port, () => ({ ok, checks: {} }))).rejects.toThrow(Transient);
    } finally {
      await server.close();
    }
  });
});

describe('Backoff', () => {
  it('doubles up to its bound and begins anew after a success', () => {
    const backoff = new Backoff({ minMs: 100, maxMs: 500 }, () => 1);
    expect([backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.nextMs()]).toEqual([100, 200, 400, 500]);
    backoff.reset();
    expect(backoff.nextMs()).toBe(100);
  });
});
