import { run } from './run';

const argv = process.argv.slice(2);
const interrupted = new AbortController();
process.on('SIGINT', () => {
  // To follow ends with Ctrl-C as a matter of course; any other command is cut short, which a shell must see.
  if (!argv.includes('--follow') || interrupted.signal.aborted) process.exit(130);
  interrupted.abort();
});
// A reader that went away (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void run(argv, {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  signal: interrupted.signal,
}).then((code) => {
  process.exitCode = code;
});
