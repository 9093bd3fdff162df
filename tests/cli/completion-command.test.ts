import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captured } from './captured.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-completion-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

/** What bash offers for a line of words, the last of which is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const { stdout } = await captured(['completion', 'bash'], { cwd });
  const file = join(cwd, 'completion.bash');
  writeFileSync(file, stdout);
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `source ${file}; COMP_WORDS=(needlescope ${line}); COMP_CWORD=${words.length}; _needlescope; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  return out.split('\n').filter((word) => word !== '');
}

test('bash completes commands, flags, and what they take', async () => {
  expect(await offered('pl')).toEqual(['plan']);
  expect(await offered('')).toEqual(
    expect.arrayContaining(['run', 'doctor', 'init', 'completion', '--help']),
  );
  expect(await offered('run', '--leng')).toEqual(['--lengths']);
  expect(await offered('run', '--order', '')).toEqual(['random', 'cache', 'bust']);
  expect(await offered('list', 'mo')).toEqual(['models']);
  // A value of the user's own: files are bash's matter.
  expect(await offered('run', '--out', '')).toEqual([]);
});

test.each(['bash', 'zsh', 'fish'])(
  '%s hears of every command and flag of the program itself',
  async (shell) => {
    const { code, stdout, stderr } = await captured(['completion', shell], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    const help = (await captured(['run', '--help'], { cwd })).stdout;
    const flags = [...help.matchAll(/--([a-z-]+)/g)].map((match) => match[1] as string);
    expect(flags.length).toBeGreaterThan(20);
    for (const flag of flags) expect(stdout).toContain(shell === 'fish' ? `-l ${flag}` : `--${flag}`);
    for (const command of ['demo', 'run', 'plan', 'report', 'check', 'doctor', 'init', 'list'])
      expect(stdout).toContain(command);
    // One apostrophe too many would end a quoted text.
    expect((stdout.match(/'/g) ?? []).length % 2).toBe(0);
  },
);

test('another shell is refused with the nearest one', async () => {
  const ended = await captured(['completion', 'fis'], { cwd });
  expect([ended.code, ended.stdout]).toEqual([2, '']);
  expect(ended.stderr).toContain('needlescope completion fish');
});
