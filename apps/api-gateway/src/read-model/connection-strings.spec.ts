import { endpointView } from './connection-strings';

const spec = { account: 'app', database: 'shop' };
const hosts = [
  { hostId: 'host-e1', address: '10.0.0.1' },
  { hostId: 'host-e2', address: '10.0.0.2' },
];

describe('endpointView', () => {
  const view = endpointView(spec, hosts, { port: 7500, pooled: false });

  it('gives every driver one plain URL of one host', () => {
    const url = new URL(view.oneName);
    expect([url.username, url.password, url.host, url.pathname, url.search]).toEqual([
      'app',
      'PASSWORD',
      '10.0.0.1:7500',
      '/shop',
      '',
    ]);
  });

  it('names all endpoint hosts for libpq and JDBC, each with the limits that find a dead host', () => {
    expect(view.multiHost).toContain('@10.0.0.1:7500,10.0.0.2:7500/shop?connect_timeout=3');
    expect(view.multiHost).toContain('tcp_user_timeout=6000');
    expect(view.jdbc).toContain('jdbc:postgresql://10.0.0.1:7500,10.0.0.2:7500/shop?user=app');
  });

  it('keeps JDBC from named prepared statements on the pooled endpoint only', () => {
    expect(view.jdbc).not.toContain('prepareThreshold');
    expect(endpointView(spec, hosts, { port: 7501, pooled: true }).jdbc).toContain('prepareThreshold=0');
  });
});
