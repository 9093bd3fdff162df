import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/*
 * A file of binary sections: a header of 32-bit numbers (mark, number of sections, then length and CRC-32 of each, then a CRC-32 of
 * all that), then the sections, each at a multiple of 8 bytes. Numbers are in the machine's own order; the mark tells another
 * machine's file apart.
 */
const mark = 0x4e53_4331;
const headerBytes = 128;
const mostSections = 12;

/** A cache file that was opened and whose header is whole. */
export interface SectionFile {
  /** Section `index`, or null where its bytes are not those that were written. */
  read(index: number): Uint8Array | null;
  close(): void;
}

/**
 * Opens a section file; null where there is none or it is damaged. Reads are synchronous: they happen once before any call, and
 * a promise would cost more than the index of 20 MB of text.
 */
export function openSections(path: string): SectionFile | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    // No file, or none that may be read: what was cached is made anew.
    return null;
  }
  const sections = readHeader(file);
  if (sections === null) {
    closeSync(file);
    return null;
  }
  return {
    read: (index) => {
      const section = sections[index];
      if (section === undefined) return null;
      const bytes = readExactly(file, section.offset, section.length);
      return bytes !== null && crc32(bytes) === section.crc ? bytes : null;
    },
    close: () => closeSync(file),
  };
}

function readHeader(
  file: number,
): readonly { readonly offset: number; readonly length: number; readonly crc: number }[] | null {
  const bytes = readExactly(file, 0, headerBytes);
  if (bytes === null) return null;
  const header = new Uint32Array(bytes.buffer, bytes.byteOffset, headerBytes / 4);
  const count = header[1] as number;
  if (header[0] !== mark || count > mostSections) return null;
  if (crc32(bytes.subarray(0, 8 + 8 * count)) !== header[2 + 2 * count]) return null;
  let offset = headerBytes;
  return Array.from({ length: count }, (_, i) => {
    const length = header[2 + 2 * i] as number;
    const section = { offset, length, crc: header[3 + 2 * i] as number };
    offset = aligned(offset + length);
    return section;
  });
}

function readExactly(file: number, position: number, length: number): Uint8Array | null {
  // Its own memory, so that views of 32-bit numbers on it are aligned.
  const bytes = Buffer.allocUnsafeSlow(length);
  try {
    for (let read = 0; read < length; ) {
      const got = readSync(file, bytes, read, length - read, position + read);
      if (got === 0) return null;
      read += got;
    }
  } catch {
    // A disk that fails is as good as no cache.
    return null;
  }
  return bytes;
}

/** Writes a section file whole or not at all: two writers at once leave the file of one of them. */
export async function writeSections(path: string, sections: readonly Uint8Array[]): Promise<void> {
  if (sections.length > mostSections) throw new RangeError(`at most ${mostSections} sections`);
  const header = new Uint32Array(headerBytes / 4);
  header[0] = mark;
  header[1] = sections.length;
  sections.forEach((section, i) => {
    header[2 + 2 * i] = section.length;
    header[3 + 2 * i] = crc32(section);
  });
  const start = new Uint8Array(header.buffer);
  header[2 + 2 * sections.length] = crc32(start.subarray(0, 8 + 8 * sections.length));
  const parts: Uint8Array[] = [start];
  for (const section of sections) {
    parts.push(section, new Uint8Array(aligned(section.length) - section.length));
  }
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, parts);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}
