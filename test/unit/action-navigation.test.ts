/** What an engineer's editor finds, asked of the compiler's own language server. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

interface Location {
  readonly uri: string;
  readonly range: { readonly start: { readonly line: number } };
}
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Location | Location[] | null;
}

/** As much of the Language Server Protocol (3.17) as it takes to open files and ask about a place in one. */
class LanguageServer {
  readonly #server: ChildProcess = spawn(join(root, "node_modules/.bin/tsc"), ["--lsp", "--stdio"], {
    cwd: root,
    stdio: ["pipe", "pipe", "ignore"],
  });
  readonly #answers = new Map<number, (message: Message) => void>();
  #received = Buffer.alloc(0);
  #requests = 0;

  async start(): Promise<void> {
    this.#server.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
    await this.#request("initialize", { processId: null, rootUri: pathToFileURL(root).href, capabilities: {} });
    this.#send({ method: "initialized", params: {} });
  }

  stop(): void {
    this.#server.kill();
  }

  open(file: string): string {
    const uri = pathToFileURL(join(root, file)).href;
    const text = readFileSync(join(root, file), "utf8");
    const textDocument = { uri, languageId: "typescript", version: 1, text };
    this.#send({ method: "textDocument/didOpen", params: { textDocument } });
    return text;
  }

  /** The lines that the server leads to from the end of `place` in the file, each with the name of its file. */
  async find(what: "definition" | "implementation", file: string, place: string): Promise<string[]> {
    const before = this.open(file).split(place, 1)[0] as string;
    const lines = (before + place).split("\n");
    const position = { line: lines.length - 1, character: (lines.at(-1) as string).length - 1 };
    const textDocument = { uri: pathToFileURL(join(root, file)).href };
    const { result } = await this.#request(`textDocument/${what}`, { textDocument, position });
    return [result ?? []].flat().map(({ uri, range }) => {
      const path = fileURLToPath(uri);
      const line = readFileSync(path, "utf8").split("\n")[range.start.line] ?? "";
      return `${path.slice(root.length + 1)}: ${line.trim()}`;
    });
  }

  #request(method: string, params: object): Promise<Message> {
    const id = ++this.#requests;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  #send(message: object): void {
    const json = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#server.stdin?.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const start = this.#received.indexOf("\r\n\r\n") + 4;
      const head = this.#received.toString("latin1", 0, start);
      const end = start + Number(/Content-Length: (\d+)/i.exec(head)?.[1]);
      if (start < 4 || this.#received.length < end) return;
      const message = JSON.parse(this.#received.toString("utf8", start, end)) as Message;
      this.#received = this.#received.subarray(end);
      // The server asks too, such as for its settings: the defaults will do.
      if (message.method !== undefined && message.id !== undefined) this.#send({ id: message.id, result: null });
      else if (message.id !== undefined) this.#answers.get(message.id)?.(message);
    }
  }
}

const server = new LanguageServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

const CALL = "call($ctx, actions.jobs.results";
const CONTRACT = "lib/contracts/job-actions.ts: results: {";
const HANDLER = "services/jobs.service.ts: results({";

it("leads from a call to its contract, and to its handler", { timeout: 120_000 }, async () => {
  const [definition] = await server.find("definition", "lib/http/routes/job-routes.ts", CALL);
  expect(definition).toContain(CONTRACT);
  const implementations = await server.find("implementation", "lib/http/routes/job-routes.ts", CALL);
  expect(implementations).toContainEqual(expect.stringContaining(HANDLER));
});

it("leads from a handler to its contract", async () => {
  const [definition] = await server.find("definition", "services/jobs.service.ts", "    results");
  expect(definition).toContain(CONTRACT);
});
