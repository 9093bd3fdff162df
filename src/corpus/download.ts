import { NeedlescopeError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import type { CatalogueFile } from './catalogue.ts';

/** A server that sends nothing for this long is given up. */
const silenceMs = 30_000;

export interface DownloadOptions {
  /** Called as bytes arrive, first with 0. */
  readonly onBytes?: (bytes: number) => void;
  /** Stops the download; it then throws `interrupted`. */
  readonly signal?: AbortSignal;
  /** @default 30,000 */
  readonly silenceMs?: number;
}

/**
 * The bytes of a file of the catalogue, as its address serves them now: never more than it is said to have, and checked
 * against its hash. In memory until then, so that nothing unchecked ever lies on a disk. Throws `corpus_unusable` with what
 * went wrong, `interrupted` when told to stop.
 */
export async function downloadFile(file: CatalogueFile, options: DownloadOptions = {}): Promise<Uint8Array> {
  const bytes = await receive(file, options);
  const found = sha256(bytes);
  if (found === file.sha256) return bytes;
  throw unusable(file, `expected sha256 ${file.sha256}, got ${found}`);
}

async function receive(file: CatalogueFile, options: DownloadOptions): Promise<Uint8Array> {
  const { signal, onBytes } = options;
  const silence = new AbortController();
  const limit = options.silenceMs ?? silenceMs;
  const timer = setTimeout(() => silence.abort(), limit);
  try {
    onBytes?.(0);
    const response = await fetch(file.url, {
      signal: signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal]),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw unusable(file, `expected the file, got HTTP status ${response.status}`);
    }
    const bytes = new Uint8Array(file.bytes);
    let received = 0;
    for await (const chunk of response.body) {
      timer.refresh();
      // Leaving the loop ends the connection: whatever more there is, it is not the file.
      if (received + chunk.length > bytes.length)
        throw unusable(file, `expected ${file.bytes} bytes, got more`);
      bytes.set(chunk, received);
      received += chunk.length;
      onBytes?.(received);
    }
    if (received < bytes.length) throw unusable(file, `expected ${file.bytes} bytes, got ${received}`);
    return bytes;
  } catch (error) {
    if (error instanceof NeedlescopeError) throw error;
    if (signal?.aborted) throw new NeedlescopeError('interrupted', `stopped while downloading ${file.url}`);
    if (silence.signal.aborted) throw unusable(file, `nothing came for ${limit / 1000} s`, error);
    throw unusable(file, reasonOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

/** What `fetch failed` means: its cause says, where there is one. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message !== '' ? cause.message : ((cause as NodeJS.ErrnoException).code ?? cause.name);
}

function unusable(file: CatalogueFile, what: string, cause?: unknown): NeedlescopeError {
  return new NeedlescopeError('corpus_unusable', `${file.url}: ${what}`, { cause });
}
