import { inspect } from 'node:util';
import { createLogger } from './logger';
import { Secret } from './secret';

describe('Secret', () => {
  const secret = new Secret('hunter2-known');

  it('shows its value in no printed form, because any of them may reach a log', () => {
    const printed = [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
      String(secret),
    ];
    for (const text of printed) {
      expect(text).toContain('[redacted]');
      expect(text).not.toContain('hunter2');
    }
    expect(secret.reveal()).toBe('hunter2-known');
  });

  it('stays hidden in a log line, at the top and inside an object', () => {
    const lines: string[] = [];
    const logger = createLogger({ service: 'test' }, 'info', { write: (line) => void lines.push(line) });
    logger.info({ secret, nested: { secret } }, 'Constant sentence');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('hunter2');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      service: 'test',
      level: 'info',
      message: 'Constant sentence',
      secret: '[redacted]',
      nested: { secret: '[redacted]' },
    });
  });
});
