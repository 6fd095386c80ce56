import { commandLine, ProcessRow, workingDirectory } from './process-table';

/** The postmaster that works on a data directory: its working directory is there and its parent's is not. */
export function findPostmaster(processes: ProcessRow[], dataDir: string): ProcessRow | null {
  const inside = processes.filter((row) => workingDirectory(row.pid) === dataDir && row.comm === 'postgres');
  const pids = new Set(inside.map((row) => row.pid));
  return inside.find((row) => !pids.has(row.ppid)) ?? null;
}

/** Data directories that a postmaster works on, each once. */
export function postmasters(processes: ProcessRow[]): { row: ProcessRow; dataDir: string }[] {
  const postgres = processes.filter((row) => row.comm === 'postgres');
  const pids = new Set(postgres.map((row) => row.pid));
  return postgres
    .filter((row) => !pids.has(row.ppid))
    .map((row) => ({ row, dataDir: workingDirectory(row.pid) }))
    .filter((found): found is { row: ProcessRow; dataDir: string } => found.dataDir !== null);
}

/** Backends of client sessions (not the platform's own, not walsenders) that are at work at this moment. */
export function busyBackends(processes: ProcessRow[], dataDir: string): ProcessRow[] {
  const postmaster = findPostmaster(processes, dataDir);
  if (postmaster === null) return [];
  return processes.filter((row) => {
    if (row.ppid !== postmaster.pid) return false;
    const title = commandLine(row.pid);
    const client = /\(\d+\) |\[local\] /.test(title) && !/walsender|tandem_/.test(title);
    return client && !/ (idle|authentication)$/.test(title);
  });
}
