import { lockRunFolder, type RunLock } from '../../src/results/run-lock.ts';

/** What a racer says: `won` is there when it was told to take a folder. */
export interface Answer {
  readonly won?: boolean;
  readonly code?: string;
  readonly message?: string;
}

const say = (answer: Answer): void => {
  process.send?.(answer);
};

// Takes the folder it is told, says what came of it, and lets go when it is told.
let held: RunLock | null = null;
process.on('message', async ({ dir }: { dir?: string }) => {
  if (dir === undefined) {
    await held?.release();
    held = null;
    say({});
    return;
  }
  try {
    held = await lockRunFolder(dir);
    say({ won: true });
  } catch (error) {
    const { code = 'no code', message } = error as Error & { code?: string };
    say({ won: false, code, message });
  }
});
say({});
