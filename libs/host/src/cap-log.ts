import { copyFile, stat, truncate } from 'node:fs/promises';

/**
 * Keeps one older part of a log that has grown beyond `maxBytes`. Its writer holds the file open for appending, so it
 * is copied and cut, not renamed; what is written in between is lost.
 */
export async function capLog(logFile: string, maxBytes = 10_000_000): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= maxBytes) return;
  await copyFile(logFile, `${logFile}.1`);
  await truncate(logFile);
}
