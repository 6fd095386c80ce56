import { parseAccess, renderHba, renderIdent } from './access';
import { nodeContext } from './node-options';
import { quoteConninfo, quoteHbaField, quoteIdentifier, quoteLiteral, quoteSetting } from './quoting';
import { REPLICATION_TIMINGS, renderMainConf, renderParameters } from './settings';

const peers = { nodes: [{ nodeId: 'pg-x-n2', hostId: 'host-b1' }], poolers: ['host-e1'] };
const pki = { caFile: '/p/ca.crt', certFile: '/p/host.crt', keyFile: '/p/host.key' };
const node = nodeContext({
  nodeId: 'n',
  dir: '/a b/n',
  socketDir: "/a b/s'",
  address: '127.0.1.11',
  port: 7800,
  pgBin: '/b',
  pki,
});

describe('pg_hba.conf', () => {
  const lines = (gate: 'open' | 'closed') => renderHba({ gate, peers }).split('\n');

  it('differs between open and closed by the lines of the pooler and of applications alone', () => {
    const added = lines('open').filter((line) => !lines('closed').includes(line));
    expect(added).toEqual([
      expect.stringContaining('"gate":"open"'),
      'hostssl all tandem_pooler all cert map=pooler',
      'hostssl all all all scram-sha-256 clientcert=verify-ca',
    ]);
  });

  it.each(['open', 'closed'] as const)('refuses the superuser over TCP before any line could admit it: %s', (gate) => {
    const tcp = lines(gate).filter((line) => line.startsWith('host'));
    expect(tcp[0]).toBe('host all tandem_agent all reject');
    expect(tcp.slice(-2)).toEqual(['host all all all reject', 'host replication all all reject']);
  });

  it('tells what it was made from, and closed where nothing is known', () => {
    expect(parseAccess(renderHba({ gate: 'open', peers }))).toEqual({ gate: 'open', peers });
    expect(parseAccess(undefined).gate).toBe('closed');
    expect(parseAccess('local all all trust').gate).toBe('closed');
  });

  it('binds the role of a standby to the certificate of its host (R3)', () => {
    expect(lines('closed')).toContain('hostssl replication tandem_repl_pg_x_n2 all cert map=tandem_repl_pg_x_n2');
    expect(renderIdent({ gate: 'closed', peers })).toContain('tandem_repl_pg_x_n2 "host-b1" tandem_repl_pg_x_n2\n');
  });
});

describe('postgresql.conf', () => {
  const conf = renderMainConf(node);

  it('keeps the settings that the rules rest on', () => {
    for (const line of [
      "restart_after_crash = 'off'",
      "hot_standby_feedback = 'off'",
      "max_standby_streaming_delay = '500ms'",
      "listen_addresses = '127.0.1.11'",
      "ssl = 'on'",
    ]) {
      expect(conf).toContain(`${line}\n`);
    }
    expect(conf).toMatch(/max_slot_wal_keep_size = '\d+GB'/);
  });

  it('lets no parameter of the instance win over them: those are read first', () => {
    expect(renderParameters({ restart_after_crash: 'on', work_mem: '8MB' })).toContain("work_mem = '8MB'");
    expect(conf.indexOf("include 'parameters.conf'")).toBe(0);
  });

  it('keeps the inequalities of the timings that belong to PostgreSQL', () => {
    const silentMs = 1_200;
    const degradeAfterMs = 2_000;
    const t = REPLICATION_TIMINGS;
    expect(t.walReceiverTimeoutMs).toBeGreaterThan(silentMs);
    expect(silentMs).toBeGreaterThan(t.walReceiverTimeoutMs / 2 + 100);
    expect(t.walSenderTimeoutMs).toBeGreaterThan(Math.min(degradeAfterMs, 2_000) + 1_000);
  });
});

describe('quoting', () => {
  it('keeps quotes and backslashes inside the value', () => {
    expect(quoteSetting(`a'b\\c`)).toBe(`'a''b\\\\c'`);
    expect(quoteConninfo(`a'b\\c`)).toBe(`'a\\'b\\\\c'`);
    expect(quoteIdentifier('a"b')).toBe('"a""b"');
    expect(quoteLiteral("a'b")).toBe("'a''b'");
    expect(quoteHbaField('a"b')).toBe('"ab"');
  });
});
