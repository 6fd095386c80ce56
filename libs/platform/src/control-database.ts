import { Permanent } from './errors';

/** Connection settings in the words of `pg`; `host` is an address or the directory of a Unix socket. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/**
 * Reads `postgresql:///tandem?host=<socket directory>&port=<p>&user=<u>` (Unix socket, peer authentication) or an
 * ordinary URL. node-pg takes no URL with several hosts, so such a URL is refused here with a clear message.
 */
export function databaseAddress(url: string): DatabaseAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // The text may hold a password, so neither it nor the parser's error is repeated.
    throw new Permanent('configuration-invalid', 'TANDEM_CONTROL_DB is not a URL with one host');
  }
  const query = parsed.searchParams;
  const host = query.get('host') ?? parsed.hostname;
  const user = query.get('user') ?? decodeURIComponent(parsed.username);
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (!/^postgres(ql)?:$/.test(parsed.protocol) || !host || !user || !database) {
    throw new Permanent(
      'configuration-invalid',
      'TANDEM_CONTROL_DB must name protocol postgresql, host, user, database',
    );
  }
  const password = query.get('password') ?? decodeURIComponent(parsed.password);
  const port = Number(query.get('port') ?? (parsed.port || '5432'));
  return { host, port, user, database, ...(password ? { password } : {}) };
}
