/**
 * Validators of the deployment files: kustomize, the Kubernetes schemas and the reference loader of Compose files.
 * Missing ones are installed once, from the Go and Python registries.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { works } from "../../scripts/debian-packages.ts";
import { FAST_BUILD, runGo } from "../../scripts/go.ts";
import { makeOnce } from "../../scripts/make-once.ts";
import { pythonPackage } from "../../scripts/python-package.ts";

const root = join(import.meta.dirname, "../..");
const tools = join(root, ".tools/deploy");

export const KUBERNETES_VERSION = "1.34";

function goProgram(path: string, version: string): string {
  const folder = makeOnce(join(tools, `${path.replaceAll("/", "-")}-${version}`), (folder) => {
    runGo(["install", ...FAST_BUILD, `${path}@${version}`], { env: { GOBIN: folder } });
  });
  return join(folder, (path.replace(/\/v\d+$/, "").match(/[^/]+$/) as RegExpMatchArray)[0]);
}

/** The YAML that `kubectl apply -k` would apply. */
export function kustomize(folder: string): string {
  const [command, ...args] = works("kubectl", "kustomize", "--help")
    ? ["kubectl", "kustomize"]
    : [goProgram("sigs.k8s.io/kustomize/kustomize/v5", "v5.8.1"), "build"];
  return execFileSync(command as string, [...args, join(root, folder)], { encoding: "utf8" });
}

/** Runs Helm in the project's folder. Without a cluster, Helm must be told the version of Kubernetes. */
export function helm(command: string, ...args: string[]) {
  const program = goProgram("helm.sh/helm/v3/cmd/helm", "v3.22.0");
  const version = command === "show" ? [] : ["--kube-version", KUBERNETES_VERSION];
  const { status, stdout, stderr } = spawnSync(program, [command, ...version, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/**
 * The YAML that `helm install` would apply. @param values Values such as `api.replicas=3`. @throws Error if Helm
 * refuses.
 */
export function helmTemplate(release: string, values: readonly string[]): string {
  const set = values.flatMap((value) => ["--set", value]);
  const { status, stdout, stderr } = helm("template", release, "charts/sightline", ...set);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** A checker of GitHub's workflows. */
export const actionlint = (): string => goProgram("github.com/rhysd/actionlint/cmd/actionlint", "v1.7.12");

/** Violations of the Kubernetes schemas, unknown fields included; empty if valid. */
export function kubernetesFaults(file: string): string {
  const folder = pythonPackage({ name: "kubernetes-validate", version: "1.37.0" });
  const options = ["--strict", "--no-warn", "--kubernetes-version", KUBERNETES_VERSION, "--quiet"];
  const { status, stdout, stderr } = spawnSync("python3", ["-m", "kubernetes_validate", ...options, file], {
    env: { ...process.env, PYTHONPATH: folder },
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}` || `status ${status}`;
}

/** The Compose file as loaded by Compose. @throws Error with Compose's complaint if it is invalid. */
export function loadCompose(file: string): unknown {
  const program = goProgram("github.com/compose-spec/compose-go/v2/cmd", "v2.16.2");
  const { stdout, stderr, status } = spawnSync(program, ["-format", "json", file], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
