import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { open } from './scripted-endpoint.ts';

/** A request as it came over the wire. */
export interface RawRequest {
  readonly socket: Socket;
  /** The request line and headers. */
  readonly head: string;
  /** What of the body came so far. */
  readonly body: Buffer;
}

export interface RawServer {
  readonly url: string;
  /** Connections made so far. */
  readonly connections: () => number;
}

/**
 * A server below HTTP. `onHead` is told as soon as the headers are there and nothing more is read before it is; `onBody`, where
 * given, of the whole request, by its content-length.
 */
export async function startRawServer(on: {
  readonly head?: (request: RawRequest) => void;
  readonly body?: (request: RawRequest) => void;
}): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that breaks off is what these tests are about.
    socket.on('error', () => undefined);
    let parts: Buffer[] = [];
    let bytes = 0;
    let head: string | null = null;
    let length = Number.POSITIVE_INFINITY;
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (head === null) {
        const all = Buffer.concat(parts);
        const end = all.indexOf('\r\n\r\n');
        if (end === -1) return;
        head = all.subarray(0, end).toString('latin1');
        parts = [all.subarray(end + 4)];
        bytes = all.length - end - 4;
        length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
        on.head?.({ socket, head, body: all.subarray(end + 4) });
      }
      if (on.body === undefined || bytes < length) return;
      const request = { socket, head, body: Buffer.concat(parts) };
      [parts, bytes, head] = [[], 0, null];
      on.body(request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return { url: `http://127.0.0.1:${port}/v1`, connections: () => connections };
}

/** An answer as it goes over the wire; without `length` it ends with the connection. */
export function rawAnswer(
  status: number,
  body: string,
  more: { readonly length?: boolean; readonly headers?: string } = {},
): string {
  const length = more.length === false ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `HTTP/1.1 ${status} Said\r\ncontent-type: application/json\r\n${length}${more.headers ?? ''}\r\n${body}`;
}
