import { open, stat } from 'node:fs/promises';

/** The beginning of a file. */
export interface FileHead {
  readonly bytes: Uint8Array;
  /** Whether that is all of it. */
  readonly whole: boolean;
}

/** The first `limit` bytes of a file at most, cut between two characters of UTF-8. Throws what the file system says. */
export async function readHead(path: string, limit: number): Promise<FileHead> {
  const facts = await stat(path);
  // To open a pipe would wait for whoever writes into it.
  if (!facts.isFile()) throw new Error('it is not a regular file');
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(facts.size, limit) + 1);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled < buffer.length) return { bytes: buffer.subarray(0, filled), whole: true };
    return { bytes: buffer.subarray(0, characterStart(buffer, filled - 1)), whole: false };
  } finally {
    await file.close();
  }
}

/** The nearest place at or before `at` where a character of UTF-8 starts; `at` itself in bytes that are no UTF-8. */
function characterStart(bytes: Uint8Array, at: number): number {
  for (let start = at; start >= 0 && at - start < 4; start--) {
    if (((bytes[start] as number) & 0xc0) !== 0x80) return start;
  }
  return at;
}
