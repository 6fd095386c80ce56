import { readSettings } from './settings';

describe('the settings', () => {
  it('refuses a port base that leaves no room', () => {
    expect(() => readSettings({ TANDEM_PORT_BASE: '80' })).toThrow('TANDEM_PORT_BASE');
    expect(() => readSettings({ TANDEM_PORT_BASE: 'many' })).toThrow('TANDEM_PORT_BASE');
  });

  it('takes the data directory and the demo switch from the environment', () => {
    const settings = readSettings({ TANDEM_DATA: '/srv/a b', TANDEM_NO_DEMO: '1', TANDEM_PG_BIN: '/pg' });
    expect(settings).toMatchObject({ dataDir: '/srv/a b', createsDemo: false, pgBin: '/pg', portBase: 7400 });
  });
});
