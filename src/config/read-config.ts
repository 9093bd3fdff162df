import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { type ConfigFile, parseConfig } from './parse-config.ts';

const mostBytes = 1_000_000;

/** The config at `path`, checked; throws `config_invalid` where it cannot be read, is not UTF-8, is over 1 MB or is wrong. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const bytes = await readBytes(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NeedlescopeError('config_invalid', `${path}: expected UTF-8 text`, {
      hint: 'save the file as UTF-8',
      cause,
    });
  }
  return parseConfig(text, { path, dir: dirname(path) });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) {
      throw new NeedlescopeError(
        'config_invalid',
        `${path}: expected a config under 1 MB, got ${size} bytes`,
        {
          hint: 'texts to hide needles in belong in files of their own: corpus: {files: "texts/*.txt", language: en}',
        },
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof NeedlescopeError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    const why = code === 'ENOENT' ? 'there is no such file' : code;
    throw new NeedlescopeError('config_invalid', `${path}: expected a config file, got none: ${why}`, {
      hint: 'give the path of a YAML file, or no file and flags: --base-url http://127.0.0.1:8000/v1 --model my-model',
      cause,
    });
  }
}
