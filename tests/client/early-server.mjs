import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

// A server that does not read a request to its end. On a thread of its own: on the client's it could never close a connection
// just as the client writes to it.

const { how, answer } = workerData;
/** After how many bytes of the request, in turn. */
const limits = [0, 1_000_000, 0, 3_000_000];

const endings = {
  'closes at once': (socket) => socket.write(answer, () => socket.destroy()),
  'ends its half and closes': (socket) => socket.end(answer, () => socket.destroy()),
  'ends its half and reads no more': (socket) => {
    socket.pause();
    socket.end(answer);
  },
  'reads no more and leaves the connection open': (socket) => {
    socket.pause();
    socket.write(answer);
  },
  'reads on': (socket) => socket.write(answer),
  'closes without a word': (socket) => socket.destroy(),
  'resets the connection': (socket) => socket.resetAndDestroy(),
};

let connections = 0;
const server = createServer({ allowHalfOpen: true }, (socket) => {
  const limit = limits[connections++ % limits.length];
  let bytes = 0;
  let ended = false;
  // The client breaks off too, having its answer.
  socket.on('error', () => undefined);
  socket.on('data', (part) => {
    bytes += part.length;
    if (ended || bytes <= limit) return;
    ended = true;
    endings[how](socket);
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
