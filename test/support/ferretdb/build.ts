/**
 * Builds FerretDB, a MongoDB-compatible server over SQLite, from its Go module.
 *
 * FerretDB 1.24 lacks two properties of a real server that our adapters rely on, so a copy of its module is patched in
 * a few lines before it is compiled:
 * - Updates are not atomic: they read, decide and write in separate steps, so two conflicting ones may both succeed.
 *   The patch serialises writing commands.
 * - Every filter, even on `_id`, scans the whole collection, since the SQL does not use the indexed expressions. The
 *   patch pushes equality conditions down in these expressions.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGo } from "../../../scripts/go.ts";
import { makeOnce } from "../../../scripts/make-once.ts";

const sources = import.meta.dirname;
const tools = join(sources, "../../../.tools");
const MODULE = "github.com/FerretDB/FerretDB";
const HANDLERS = { insert: "MsgInsert", update: "MsgUpdate", delete: "MsgDelete", findandmodify: "MsgFindAndModify" };
const PUSHDOWN =
  /\tif params\.Filter\.Len\(\) == 1 \{\n\t\tv, _ := params\.Filter\.Get\("_id"\)\n[\s\S]*?\n\t\t\}\n\t\}\n/;

/**
 * The server's path; built unless up to date with these sources, which fetches Go if there is none.
 * @throws if it cannot be built
 */
export function buildFerretdb(): string {
  const files = ["main.go", "go.mod", "go.sum", "build.ts", "pushdown.go.txt", "writes.go.txt"];
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(sources, file)));
  return makeOnce(join(tools, `ferretdb-${hash.digest("hex").slice(0, 12)}`), build);
}

function build(binary: string): void {
  process.stderr.write("Building FerretDB, a MongoDB-compatible server for tests: once, takes a minute or more …\n");
  const folder = mkdtempSync(join(tmpdir(), "ferretdb-"));
  const copy = join(folder, "module");
  try {
    // Verified against go.sum on download.
    runGo(["mod", "download", MODULE], { cwd: sources });
    const module = runGo(["list", "-m", "-f", "{{.Dir}}", MODULE], { cwd: sources }).trim();
    cpSync(module, copy, { recursive: true });
    execFileSync("chmod", ["-R", "u+w", copy]);
    rewrite(copy);
    const modfile = join(folder, "go.mod");
    writeFileSync(modfile, `${readFileSync(join(sources, "go.mod"), "utf8")}\nreplace ${MODULE} => ${copy}\n`);
    copyFileSync(join(sources, "go.sum"), join(folder, "go.sum"));
    runGo(["build", `-modfile=${modfile}`, "-trimpath", "-ldflags=-s -w", "-o", binary, "."], { cwd: sources });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rewrite(module: string): void {
  const change = (path: string, from: RegExp, to: string) => {
    const text = readFileSync(join(module, path), "utf8");
    if (!from.test(text)) throw new Error(`${path} of FerretDB is not as expected.`);
    writeFileSync(join(module, path), text.replace(from, to));
  };
  for (const [file, name] of Object.entries(HANDLERS))
    change(
      `internal/handler/msg_${file}.go`,
      new RegExp(`(func \\(h \\*Handler\\) ${name}\\(.*\\{\\n)`),
      "$1\twrites.Lock()\n\tdefer writes.Unlock()\n\n",
    );
  change("internal/backends/sqlite/metadata/metadata.go", /->'\$\._id'/, "->'_id'");
  change("internal/backends/sqlite/collection.go", PUSHDOWN, "\twhereClause, args = pushdown(params.Filter)\n");
  copyFileSync(join(sources, "writes.go.txt"), join(module, "internal/handler/writes.go"));
  copyFileSync(join(sources, "pushdown.go.txt"), join(module, "internal/backends/sqlite/pushdown.go"));
}
