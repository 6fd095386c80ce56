import { createLogger } from './logger';
import { assertInvariant, InvariantViolation, Permanent, Transient } from './errors';

describe('failures', () => {
  it('keep the cause and a stable code through a log line', () => {
    const lines: string[] = [];
    const logger = createLogger({ service: 'test' }, 'info', { write: (line) => void lines.push(line) });
    logger.error({ err: new Permanent('stream-unfit', 'unfit', { cause: new Error('inner reason') }) }, 'Failed');
    const { err } = JSON.parse(lines[0]!) as { err: { code: string; stack: string; type: string } };
    expect(err).toMatchObject({ type: 'Permanent', code: 'stream-unfit' });
    expect(err.stack).toContain('inner reason');
  });

  it('tell when to retry, if a retry may help', () => {
    expect(new Transient('no-responder', 'nobody').retryAfterMs).toBe(200);
    expect(new Transient('no-responder', 'nobody', { retryAfterMs: 50 }).retryAfterMs).toBe(50);
  });

  it('are thrown by an assertion that does not hold', () => {
    expect(() => assertInvariant(1 > 2, 'order', 'one above two')).toThrow(InvariantViolation);
    expect(() => assertInvariant(true, 'order', 'fine')).not.toThrow();
  });
});
