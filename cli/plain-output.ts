/**
 * What a command prints may come from others: names of files, labels, errors of whatever answers at the URL. So
 * standard output and standard error show control characters instead of passing them on to the terminal, whichever
 * command writes them, and also where they lead to a file, which somebody shows later.
 */
import { Console } from "node:console";
import { visibleText } from "../lib/visible-text.ts";

const raw = new Map<NodeJS.WriteStream, NodeJS.WriteStream["write"]>();

/** Guards both streams. Call it before anything is printed. */
export function guardOutput(): void {
  guard(process.stdout);
  guard(process.stderr);
  // Colours, as of tables, would be shown as control characters.
  globalThis.console = new Console({ stdout: process.stdout, stderr: process.stderr, colorMode: false });
}

function guard(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  raw.set(stream, write);
  const shown = (chunk: Uint8Array | string) =>
    visibleText(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
  stream.write = ((chunk: Uint8Array | string, ...rest: [never]) => write(shown(chunk), ...rest)) as typeof write;
}

/** Writes our own control characters, such as those that redraw a line. The text must have none of others. */
export function writeControl(stream: NodeJS.WriteStream, text: string): void {
  const write = raw.get(stream);
  if (write) write(text);
  else stream.write(text);
}
