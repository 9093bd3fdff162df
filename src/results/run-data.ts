import type { Result } from '../core/result.ts';
import type { Manifest } from './manifest.ts';

/** A run as read back: the last row of every key, in file order of that last row. */
export interface RunData {
  /** The folder it was read from, as given. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly results: readonly Result[];
}
