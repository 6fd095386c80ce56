import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleSubscriber } from './sample-subscriber';
import { Settings } from './settings';
import { welcome } from './welcome';

const settings = { dataDir: '/srv/t', portBase: 9_000, codeDir: '/opt/tandem' } as Settings;
const text = welcome({ settings, apiUrl: 'http://127.0.0.1:9000', demo: null, password: null });

describe('what npm start prints', () => {
  it('tells programs outside where the events are, who may hear them and by which subjects', () => {
    expect(text).toContain('nats://127.0.0.1:9022   (user observer, who may subscribe and nothing else: ');
    expect(text).toContain('/srv/t/secrets/nats-observer.json');
    expect(text).toContain('events.>, that is events.<category>.<id>.<Type>');
  });

  it('shows a subscriber of ten lines, the one of docs/SUBSCRIBING.md', () => {
    const sample = sampleSubscriber({
      url: 'nats://127.0.0.1:7422',
      credentialsFile: '/var/lib/tandem/secrets/nats-observer.json',
    });
    expect(sample).toHaveLength(10);
    const docs = readFileSync(join(__dirname, '../../../docs/SUBSCRIBING.md'), 'utf8');
    expect(docs).toContain(sample.map((line) => `    ${line}\n`).join(''));
    const own = sampleSubscriber({
      url: 'nats://127.0.0.1:9022',
      credentialsFile: '/srv/t/secrets/nats-observer.json',
    });
    expect(text).toContain(own.map((line) => `    ${line}\n`).join(''));
  });
});
