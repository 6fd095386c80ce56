import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FORWARDING = '/proc/sys/net/ipv4/ip_forward';
/** What a table is that nobody has touched: iptables-save leaves it out. */
const untouched = {
  filter: '*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n',
  nat: '*nat\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\nCOMMIT\n',
};

/**
 * Remembers the machine's packet filter and forwarding; the result puts both back. An engine that ends leaves its rules,
 * which drop whatever others forward.
 */
export async function keepPacketFilter(): Promise<() => Promise<void>> {
  const { stdout: rules } = await run('/usr/sbin/iptables-save', []);
  const forwarding = await readFile(FORWARDING, 'utf8');
  const missing = Object.entries(untouched).filter(([table]) => !rules.includes(`*${table}\n`));
  return async () => {
    const restored = run('/usr/sbin/iptables-restore', []);
    restored.child.stdin?.end(rules + missing.map(([, text]) => text).join(''));
    await restored;
    await writeFile(FORWARDING, forwarding);
  };
}
