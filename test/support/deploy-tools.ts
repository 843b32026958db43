/**
 * The programs that judge what we deploy with: kustomize, the schemas of Kubernetes, and the reference loader of
 * Compose files. What is not on the machine is installed once, from the registries of Go and Python.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureDebianPackages } from "./debian-packages.ts";

const root = join(import.meta.dirname, "../..");
const tools = join(root, ".tools/deploy");

/** Installing takes its time, once. */
export const INSTALL_TIMEOUT_MS = 300_000;
export const KUBERNETES_VERSION = "1.34";

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** @throws when there is no Go to build it with. */
function goProgram(path: string, version: string): string {
  const folder = join(tools, `${path.replaceAll("/", "-")}-${version}`);
  const program = join(folder, (path.replace(/\/v\d+$/, "").match(/[^/]+$/) as RegExpMatchArray)[0]);
  if (existsSync(program)) return program;
  if (!works("go", "version")) throw new Error(`Tests of what we deploy with need Go, to build ${path}.`);
  execFileSync("go", ["install", `${path}@${version}`], { env: { ...process.env, GOBIN: folder }, stdio: "pipe" });
  return program;
}

/** The YAML that `kubectl apply -k` would apply. */
export function kustomize(folder: string): string {
  const [command, ...args] = works("kubectl", "kustomize", "--help")
    ? ["kubectl", "kustomize"]
    : [goProgram("sigs.k8s.io/kustomize/kustomize/v5", "v5.8.3"), "build"];
  return execFileSync(command as string, [...args, join(root, folder)], { encoding: "utf8" });
}

/** What the schemas of Kubernetes say against the objects; empty if nothing. Unknown fields are faults too. */
export function kubernetesFaults(file: string): string {
  const folder = join(tools, "kubernetes-validate-1.37.0");
  if (!existsSync(folder)) {
    if (!works("python3", "-m", "pip", "--version")) ensureDebianPackages("python3-pip");
    const args = ["-m", "pip", "install", "--quiet", "--target", folder, "kubernetes-validate==1.37.0"];
    execFileSync("python3", args, { stdio: "pipe" });
  }
  const options = ["--strict", "--no-warn", "--kubernetes-version", KUBERNETES_VERSION, "--quiet"];
  const { status, stdout, stderr } = spawnSync("python3", ["-m", "kubernetes_validate", ...options, file], {
    env: { ...process.env, PYTHONPATH: folder },
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}` || `status ${status}`;
}

/** The Compose file as Compose understands it. @throws what Compose has against it. */
export function loadCompose(file: string): unknown {
  const program = goProgram("github.com/compose-spec/compose-go/v2/cmd", "v2.16.2");
  const { stdout, stderr, status } = spawnSync(program, ["-format", "json", file], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
