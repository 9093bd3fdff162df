/** Blocks of a page that quote what a command prints: `<!-- from: command -->` and a text block. Lines without trailing spaces. */
export function quotedOutput(
  page: string,
): { readonly command: string; readonly lines: readonly string[] }[] {
  return [...page.matchAll(/<!-- from: (.+?) -->\n```text\n([\s\S]*?)```/g)].map((match) => ({
    command: match[1] as string,
    lines: (match[2] as string)
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd()),
  }));
}
