import { readFile } from 'node:fs/promises';
import { validateXML } from 'xmllint-wasm';

// Validates the JUnit files named on the command line against the schema that stands beside their unit test.
const schema = await readFile(new URL('../../interop/junit.xsd', import.meta.url), 'utf8');
const files = process.argv.slice(2);
if (files.length === 0) throw new Error('expected at least one file');
for (const file of files) {
  const contents = await readFile(file, 'utf8');
  if (!contents.includes('<testcase')) throw new Error(`${file}: no test case in it`);
  const { valid, errors } = await validateXML({
    xml: { fileName: 'junit.xml', contents },
    schema: { fileName: 'junit.xsd', contents: schema },
  });
  if (!valid) throw new Error(`${file}: ${errors.map(({ rawMessage }) => rawMessage).join('\n')}`);
}
