import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { NeedlescopeError } from '../core/errors.ts';
import { configError, problemsOf, type Source } from './explain.ts';
import { configSchema, type FileConfig } from './schema.ts';

/** A config as it was read: checked, not filled in, `${NAME}` still as written. */
export interface ConfigFile extends Source {
  /** The folder that corpus files are relative to. */
  readonly dir: string;
  readonly value: FileConfig;
}

/** Our words where the parser's speak to programmers. */
const own: Readonly<Record<string, string>> = {
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  MULTIPLE_DOCS: 'one document, without a line of ---, was expected',
};

/** More references than any config needs; few enough that nested ones cannot grow without end. */
const mostAliases = 100;

/** A config from its YAML text; throws one `config_invalid` with every problem, each with `path` and line. */
export function parseConfig(text: string, file: { readonly path: string; readonly dir: string }): ConfigFile {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const { document, value } = readYaml(text, { path: file.path, lines });
  const source: Source = { path: file.path, lineOf: (path) => lineAt(offsetOf(document, path)) };
  const parsed = configSchema.safeParse(value ?? {});
  if (!parsed.success) throw configError(problemsOf(parsed.error, value), { source });
  return { ...source, dir: file.dir, value: parsed.data };
}

function readYaml(
  text: string,
  file: { readonly path: string; readonly lines: LineCounter },
): { readonly document: Document; readonly value: unknown } {
  const broken = (line: number, message: string): NeedlescopeError =>
    new NeedlescopeError('config_invalid', `${file.path}:${line}: expected valid YAML: ${message}`, {
      hint: 'indent with spaces, write each key once, and quote texts that hold ": " or " #"',
    });
  try {
    const document = parseDocument(text, { lineCounter: file.lines, prettyErrors: false });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) {
      throw broken(file.lines.linePos(problem.pos[0]).line, own[problem.code] ?? problem.message);
    }
    visit(document, {
      Alias: (_, alias) => {
        if (alias.resolve(document) !== undefined) return;
        const { line } = file.lines.linePos(alias.range?.[0] ?? 0);
        throw broken(line, `*${alias.source} names nothing: no &${alias.source} stands before it`);
      },
    });
    return { document, value: document.toJS({ maxAliasCount: mostAliases }) };
  } catch (error) {
    // The parser's sign that references multiply without end.
    if (error instanceof ReferenceError) throw broken(1, 'its references (&name, *name) repeat too much');
    throw error;
  }
}

/** Where the key at a path starts in the text, or the deepest part of the path that stands there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    let next: unknown = null;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : key) === part);
      if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset;
      next = pair?.value;
    } else if (isSeq(node)) {
      next = node.items[Number(part)];
      if (isNode(next)) offset = next.range?.[0] ?? offset;
    }
    if (!isNode(next)) break;
    node = next;
  }
  return offset;
}
