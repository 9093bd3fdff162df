/** Whether this browser can unpack what the page carries. */
export const canUnpack = (): boolean => typeof DecompressionStream !== 'undefined';

/** The text of a packed element: base64 of gzip. */
export async function unpack(base64: string): Promise<string> {
  const packed = atob(base64.trim());
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

/** The rest of the file is still being read while the first script runs. */
export const wholePage: Promise<void> = new Promise((done) => {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => done());
  else done();
});
