/** The code blocks of the documentation. Runs the commands of a page as a reader types them. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonPackage } from "../../scripts/python-package.ts";
import { freePort } from "./service.ts";

const root = join(import.meta.dirname, "../..");
/** Images that readers are assumed to have. */
const readersImages = ["me.jpg", "you.png", "a.jpg", "b.jpg", "cat.png"];
const LONGEST_RUN_MS = 150_000;

export interface Block {
  readonly page: string;
  /** First line, which names the block in lists. */
  readonly start: string;
  readonly language: string;
  /**
   * Name of the terminal in which the commands run until the next block for it. Without a name, they run in the
   * reader's shell, one after another.
   */
  readonly terminal?: string;
  /** The file that the text before the block names, which has the block's content. */
  readonly file?: string;
  readonly code: string;
}

/** All pages, with paths relative to the project. */
export const pages = globSync(["*.md", "docs/**/*.md", "packages/*/README.md", "test-data/*.md"], { cwd: root }).sort();

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), "utf8");
  const fence = /(?:^|\n)((?:(?!```)[^\n]+\n)*)\n?^```(\w*) ?(\S*)\n([\s\S]*?)^```$/gm;
  return Array.from(text.matchAll(fence), ([, before = "", language = "", terminal = "", code = ""]) => ({
    page,
    start: code.split("\n")[0] ?? "",
    language,
    ...(terminal && { terminal }),
    ...(/`([\w-]+\.\w+)`/.exec(before) && { file: /`([\w-]+\.\w+)`/.exec(before)?.[1] ?? "" }),
    code,
  }));
}

/** Start of the script: the shell's functions stop at the first command that fails, like a reader would. */
const PRELUDE = `
set -euo pipefail
set -m
declare -A terminals
# A stream without an end is read until a job has ended in it.
events() {
  # Those of an earlier stream may not end this one.
  : > events.log
  command curl -sS --fail-with-body "$@" > events.log &
  local reader=$!
  until grep -qE '^event: .*job\\.(succeeded|(partially_)?failed)$' events.log; do
    kill -0 "$reader" 2> kill.log || break
    sleep 0.2
  done
  if kill "$reader" 2> kill.log; then wait "$reader" || true; else wait "$reader"; fi
  cat events.log
}
curl() {
  case " $* " in
    *" -sf "*) command curl "$@" ;;
    *" -N "*) events "$@" ;;
    *) command curl -sS --fail-with-body "$@" ;;
  esac
}
end() {
  [ -z "\${terminals[$1]:-}" ] && return
  kill -INT -- "-\${terminals[$1]}" || true
  wait "\${terminals[$1]}" || true
  unset "terminals[$1]"
}
trap 'for terminal in "\${!terminals[@]}"; do end "$terminal"; done' EXIT
# Node runs the scripts of package.json as npm does, in a fifth of the processor time.
npm() {
  if [ -n "\${WITH_NPM:-}" ]; then command npm "$@"; return; fi
  if [ "$1" = run ]; then shift; fi
  if [ "$1" = -s ]; then shift; fi
  local script=$1
  shift
  node --run "$script" "$@"
}
ready() { until command curl -sf -o /dev/null "localhost:$PORT/readyz"; do sleep 0.2; done; }
`;

/** Commands that wait until a terminal shows the text. */
function shown(text: string): string {
  return `until grep -qsF ${JSON.stringify(text)} terminal-*.log; do sleep 0.2; done\n`;
}

function scriptOf(block: Block): string {
  if (block.language === "python") return `python3 - <<'PYTHON'\n${block.code}PYTHON\n`;
  if (block.language === "js") return `cat > ${block.file} <<'PROGRAM'\n${block.code}PROGRAM\n`;
  const { terminal, code } = block;
  if (!terminal) return code;
  const start = `end ${terminal}\n( ${code.trimEnd()} ) > ${terminal}.log 2>&1 &\nterminals[${terminal}]=$!\n`;
  return code.includes("npm start") ? `${start}ready\n` : start;
}

export interface Run {
  readonly status: number | null;
  readonly output: string;
}

export interface Reader {
  /** Whether npm itself runs the project's scripts. */
  readonly npm?: boolean;
  /** The port that replaces `localhost:8080`. */
  readonly port: number;
  readonly environment?: NodeJS.ProcessEnv;
  /** Text for which to wait in a terminal at the end. */
  readonly waitsFor?: string;
}

/**
 * Runs blocks, one after another, in a folder with the files of the project, the images of a reader, and no data. Ports
 * 8080 and 9000 and files in /tmp are replaced by others.
 */
export async function runBlocks(blocks: readonly Block[], { port, npm, environment, waitsFor }: Reader): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "sightline-reader-"));
  const left = new Set(["data", "dist", "coverage", ".git"]);
  for (const name of readdirSync(root).filter((name) => !left.has(name)))
    symlinkSync(join(root, name), join(folder, name));
  for (const name of readersImages) copyFileSync(join(root, "test-data/samples/astronaut.png"), join(folder, name));
  mkdirSync(join(folder, "tmp"));
  const receiversPort = String(await freePort());
  const others: Record<string, string> = { 8080: String(port), 9000: receiversPort, "/tmp/": `${folder}/tmp/` };
  // All are replaced in one pass, because a port may be 19000.
  const places = (text: string) => text.replace(/8080|9000|\/tmp\//g, (place) => others[place] as string);
  const script = blocks.map(
    (block) => `echo "== ${block.start.replaceAll(/["\\$`]/g, "")}"\n${places(scriptOf(block))}`,
  );
  writeFileSync(join(folder, "page.sh"), PRELUDE + script.join("\n") + (waitsFor ? shown(waitsFor) : ""));
  const shell = spawn("bash", ["page.sh"], {
    cwd: folder,
    detached: true,
    env: {
      ...process.env,
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: join(folder, "data"),
      SIGHTLINE_URL: `http://127.0.0.1:${port}`,
      PYTHONPATH: [join(root, "packages/python/src"), ...pythonPackages()].join(":"),
      ...(npm && { WITH_NPM: "true" }),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [shell.stdout, shell.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  // Each command has a process group of its own, so all are ended by their common session.
  const end = () => spawnSync("pkill", ["-KILL", "-s", String(shell.pid)]);
  const timer = setTimeout(end, LONGEST_RUN_MS);
  await once(shell, "close");
  clearTimeout(timer);
  for (const log of globSync("terminal-*.log", { cwd: folder })) output += readFileSync(join(folder, log), "utf8");
  rmSync(folder, { recursive: true });
  return { status: shell.exitCode, output };
}

function pythonPackages(): string[] {
  return [pythonPackage({ name: "httpx", version: "0.28.1" }), pythonPackage({ name: "httpx-sse", version: "0.4.3" })];
}
