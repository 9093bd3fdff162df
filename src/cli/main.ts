#!/usr/bin/env node
import { runCli } from './cli.ts';
import type { TextSink } from './context.ts';

// A reader that closes the pipe early (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const sink = (stream: NodeJS.WriteStream): TextSink => ({
  write: (text) => {
    stream.write(text);
  },
  isTTY: stream.isTTY === true,
  get columns() {
    return stream.columns ?? 80;
  },
});

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  entry: process.argv[1] ?? '',
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  now: () => Date.now(),
  onInterrupt: (handler) => {
    process.on('SIGINT', handler);
    process.on('SIGTERM', handler);
    // A parent that started us (the demo) is gone when its channel closes.
    process.on('disconnect', handler);
    return () => {
      process.off('SIGINT', handler);
      process.off('SIGTERM', handler);
      process.off('disconnect', handler);
    };
  },
  exitNow: (code) => process.exit(code),
});
