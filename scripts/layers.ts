/**
 * Rejects import cycles between files and between folders, and packages in threads. Imports of types alone, which are
 * erased, count between files: two that import each other can only be understood together. Part of `npm run lint`.
 *
 *   node scripts/layers.ts
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = join(import.meta.dirname, "..");
const files = globSync("{lib,services,workers,cli,client}/**/*.ts", { cwd: root });
const IMPORT = /^(?:import|export)\s+(type\s)?([^"]*?)\sfrom\s+"([^"]+)"/gm;
/** Files that run in threads. Each thread loads them for itself, so a package costs its memory in each thread. */
const THREAD_FILES = ["workers/guarded.worker.ts", "workers/vision.worker.ts", "workers/header.worker.ts"];

type Graph = Map<string, Set<string>>;

/** In `lib`, each subfolder and each file counts as a folder. */
function folderOf(file: string): string {
  const [first = "", second = "", third] = file.split("/");
  return first === "lib" ? `${first}/${third === undefined ? second : `${second}/`}` : `${first}/`;
}

function isOnlyTypes(names: string): boolean {
  const list = /^\{([^}]*)\}$/
    .exec(names.trim())?.[1]
    ?.split(",")
    .map((name) => name.trim());
  return list?.every((name) => name === "" || name.startsWith("type ")) ?? false;
}

interface Import {
  readonly from: string;
  /** A file, a package or a module of Node. */
  readonly to: string;
  readonly isOfTypes: boolean;
}

function importsOf(file: string): Import[] {
  const imports = readFileSync(join(root, file), "utf8").matchAll(IMPORT);
  return Array.from(imports, ([, type, names = "", name = ""]) => ({
    from: file,
    to: name.startsWith(".") ? normalize(join(dirname(file), name)) : name,
    isOfTypes: type !== undefined || isOnlyTypes(names),
  }));
}

function graphOf(imports: readonly Import[], nodeOf = (file: string) => file): Graph {
  const graph: Graph = new Map();
  for (const { from, to } of imports) {
    const [node, other] = [nodeOf(from), nodeOf(to)];
    if (node !== other) graph.set(node, (graph.get(node) ?? new Set()).add(other));
  }
  return graph;
}

/** The shortest cycle through a node. */
function cycleFrom(start: string, graph: Graph): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const next of graph.get(way.at(-1) as string) ?? []) {
      if (next === start) return [...way, start];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}

/** The nodes and all nodes that can be reached from them. */
function reachedFrom(nodes: readonly string[], graph: Graph): Set<string> {
  const reached = new Set(nodes);
  for (const node of reached) for (const next of graph.get(node) ?? []) reached.add(next);
  return reached;
}

/** A name of the cycle that does not depend on the node at which it is entered. */
function nameOf(cycle: readonly string[]): string {
  return [...new Set(cycle)].sort().join();
}

const imports = files.flatMap(importsOf);
const valueImports = imports.filter(({ isOfTypes }) => !isOfTypes);
const ofOwnFiles = (some: readonly Import[]) => some.filter(({ to }) => files.includes(to));
const graphs = {
  files: graphOf(ofOwnFiles(imports)),
  folders: graphOf(ofOwnFiles(valueImports), folderOf),
};

let isFaulty = false;
for (const [name, graph] of Object.entries(graphs)) {
  const found = new Set<string>();
  for (const node of graph.keys()) {
    const cycle = cycleFrom(node, graph);
    if (!cycle || found.has(nameOf(cycle))) continue;
    found.add(nameOf(cycle));
    isFaulty = true;
    console.error(`A cycle of ${name}: ${cycle.join(" → ")}`);
    if (name !== "folders") continue;
    for (const [index, folder] of cycle.slice(0, -1).entries())
      for (const { from, to } of ofOwnFiles(valueImports))
        if (folderOf(from) === folder && folderOf(to) === cycle[index + 1]) console.error(`  ${from} → ${to}`);
  }
}
const inThreads = reachedFrom(THREAD_FILES, graphOf(ofOwnFiles(valueImports)));
for (const { from, to } of valueImports) {
  if (!inThreads.has(from) || files.includes(to) || /^node:|\.json$/.test(to)) continue;
  isFaulty = true;
  console.error(`Every thread would load ${to}, for ${from}.`);
}
if (isFaulty) process.exitCode = 1;
else console.log(`No cycles in ${files.length} files and ${graphs.folders.size} folders.`);
