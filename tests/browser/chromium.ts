import packed from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

export type { Browser, Page } from 'playwright-core';

/** Pages die with these two on an ordinary machine: they are meant for a function's sandbox. */
const unwanted = ['--single-process', '--no-zygote'];

/** A headless Chromium: the system's where CHROME_PATH names one, else the one that comes with the packages. */
export async function launchChromium(): Promise<Browser> {
  const system = process.env['CHROME_PATH'];
  if (system !== undefined && system !== '') {
    return chromium.launch({ executablePath: system, headless: true, args: ['--no-sandbox'] });
  }
  return chromium.launch({
    executablePath: await packed.executablePath(),
    headless: true,
    args: packed.args.filter((arg) => !unwanted.includes(arg)),
  });
}
