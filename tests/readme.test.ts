import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../src/core/exit-codes.ts';
import { quotedOutput } from './quoted-output.ts';

const root = resolve(import.meta.dirname, '..');
const pages = ['README.md', 'README.zh.md'].map((name) => ({
  name,
  text: readFileSync(join(root, name), 'utf8'),
}));

test('every line quoted from a command is printed by it (the demo: see e2e/demo.test.ts)', () => {
  const quoted = pages.flatMap(({ text }) => quotedOutput(text)).filter(({ command }) => command !== 'demo');
  expect(quoted.length).toBeGreaterThan(0);
  for (const { command, lines } of quoted) {
    const ended = spawnSync(process.execPath, [join(root, 'dist/main.js'), ...command.split(' ')], {
      cwd: root,
      encoding: 'utf8',
    });
    const printed = ended.stdout.split('\n').map((line) => line.trimEnd());
    for (const line of lines) expect(printed).toContain(line);
  }
});

test('both pages give the two commands and link to files that are there', () => {
  for (const { name, text } of pages) {
    expect(text, name).toContain('npm ci && npm run demo');
    expect(text, name).toContain('npm ci && npm test');
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] as string);
    expect(links.length, name).toBeGreaterThan(3);
    for (const link of links) expect(existsSync(join(root, link)), `${name}: ${link}`).toBe(true);
  }
});

test('the table of exit codes is the one in the code', () => {
  for (const { code, meaning } of Object.values(exitCodes)) {
    expect(pages[0]?.text).toContain(`| ${code} | ${meaning} |`);
  }
});
