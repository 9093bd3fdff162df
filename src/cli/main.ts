#!/usr/bin/env node
import { homedir } from 'node:os';
import { exitCodes } from '../core/exit-codes.ts';
import { cacheFolder } from './cache-folder.ts';
import { runCli } from './cli.ts';
import type { TextSink } from './context.ts';
import { createHideSecrets } from './hide-secrets.ts';
import { printError } from './print-error.ts';

/** A reader that closes the pipe early (`| head`), a terminal that was closed. */
const nobodyReads: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO']);
let failedPrint = false;
// A run goes on when it cannot print: its rows are what counts, and calls under way are paid for.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (stream === process.stderr || nobodyReads.has(error.code) || failedPrint) return;
    failedPrint = true;
    process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    setExit(process.exitCode);
  });
}

/** Half of what was asked for, on a full disk, is no success. */
function setExit(code: typeof process.exitCode): void {
  process.exitCode = failedPrint && code === exitCodes.done.code ? exitCodes.unusable.code : code;
}

const sink = (stream: NodeJS.WriteStream, pass: (text: string) => string): TextSink => ({
  write: (text) => {
    stream.write(pass(text));
  },
  isTTY: stream.isTTY === true,
  get columns() {
    return stream.columns ?? 80;
  },
});

const stderr = sink(process.stderr, createHideSecrets(process.env));

// What nobody caught would be printed by Node with all that hangs on it.
process.on('uncaughtException', (error) => {
  process.exit(printError(error, { stderr, env: process.env }));
});

const exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  cacheDir: cacheFolder({ env: process.env, home: homedir(), platform: process.platform }),
  entry: process.argv[1] ?? '',
  // Data goes out byte for byte; what is said beside it ends up in logs.
  stdout: sink(process.stdout, (text) => text),
  stderr,
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  onInterrupt: (handler) => {
    // A closed terminal tells it twice, itself and by its shell: that is one wish to stop.
    let hungUp = false;
    const onHangUp = (): void => {
      if (!hungUp) handler();
      hungUp = true;
    };
    process.on('SIGINT', handler);
    process.on('SIGTERM', handler);
    process.on('SIGHUP', onHangUp);
    // A parent that started us (the demo) is gone when its channel closes.
    process.on('disconnect', handler);
    return () => {
      process.off('SIGINT', handler);
      process.off('SIGTERM', handler);
      process.off('SIGHUP', onHangUp);
      process.off('disconnect', handler);
    };
  },
  exitNow: (code) => process.exit(code),
});
setExit(exitCode);
