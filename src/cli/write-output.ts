import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { outputUnusable } from '../results/file-errors.ts';
import { replaceFile } from '../results/replace-file.ts';

/** Writes a file that a flag names, and the folders above it; whoever reads it finds it whole. Throws `output_unusable`. */
export async function writeOutput(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw outputUnusable(path, error);
  });
  await replaceFile(path, text);
}
