import type { Socket } from 'node:net';

/** What a write says once the other side has closed. */
const closedCodes: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET']);
/** The socket closes by itself as soon as all that came is read; this is for the case that it does not. */
const longestWaitMs = 1_000;

type Done = (error?: (Error & { readonly code?: string }) | null) => void;

/**
 * Makes a socket read to the end before it says that writing failed. A server that refuses a long prompt may answer and close
 * while the prompt is still on its way: the next write fails, and Node would drop the connection with the answer unread in it.
 */
export function readBeforeBroken(socket: Socket): void {
  const write = socket._write;
  const writev = socket._writev;
  const patient =
    (done: Done): Done =>
    (error) => {
      if (!closedCodes.has(error?.code) || socket.destroyed) {
        done(error);
        return;
      }
      const timer = setTimeout(done, longestWaitMs, error);
      socket.once('close', () => {
        clearTimeout(timer);
        done(error);
      });
    };
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, patient(done));
  if (writev !== undefined) socket._writev = (chunks, done) => writev.call(socket, chunks, patient(done));
}
