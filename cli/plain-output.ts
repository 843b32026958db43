/**
 * Text that a command prints may come from others: names of files, labels, or errors of whatever answers at the URL. So
 * standard output and standard error make control characters visible instead of passing them on to the terminal, for
 * all commands, and also if the output is a file, which somebody may show later.
 */
import { Console } from "node:console";
import { visibleText } from "../lib/visible-text.ts";

const raw = new Map<NodeJS.WriteStream, NodeJS.WriteStream["write"]>();

/** Guards both streams. Call it before anything is printed. */
export function guardOutput(): void {
  guard(process.stdout);
  guard(process.stderr);
  // Colours, such as those of tables, would appear as visible control characters.
  globalThis.console = new Console({ stdout: process.stdout, stderr: process.stderr, colorMode: false });
}

function guard(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  raw.set(stream, write);
  const shown = (chunk: Uint8Array | string) =>
    visibleText(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
  stream.write = ((chunk: Uint8Array | string, ...rest: [never]) => write(shown(chunk), ...rest)) as typeof write;
}

/**
 * Writes our own control characters, such as those that redraw a line. The text must not contain control characters of
 * others.
 */
export function writeControl(stream: NodeJS.WriteStream, text: string): void {
  const write = raw.get(stream);
  if (write) write(text);
  else stream.write(text);
}
