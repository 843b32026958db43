/** What is published has the names, the versions and the licence that the project has, wherever it is named. */
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import { notesOf, registry, releaseFaults, repository } from "../../scripts/release.ts";
import { actionlint } from "../support/deploy-tools.ts";
import { images, readText, root } from "../support/deployment.ts";
import { temporaryFolder } from "../support/service.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

const { version } = packageJson;
const tracked = execFileSync(
  "git",
  ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  {
    cwd: root,
    encoding: "utf8",
  },
).split("\0");
const texts = tracked.filter(
  (file) =>
    /(\.(md|ya?ml|json|toml|ts|txt|example)|Dockerfile)$/.test(file) && !/^(test\/|scripts\/release\.ts$)/.test(file),
);
const published = ["sightline", ...images.map(({ name }) => name), "charts/sightline"].map(
  (name) => `${registry}/${name}`,
);

it("images have one name, and the version of the project", () => {
  const named = texts.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/ghcr\.io\/[\w./-]+(?::[\w.$-]+)?/g)].map(([name]) => [
      file,
      name,
    ]),
  );
  expect(named.length).toBeGreaterThan(10);
  const faults = named.filter(([, text = ""]) => {
    const [name = "", tag] = text.replace(/[./]$/, "").split(":");
    const isName = published.includes(name) || name === registry || name === `${registry}/charts`;
    return !isName || (tag !== undefined && tag !== version && !tag.startsWith("$"));
  });
  expect(faults).toEqual([]);
});

it("the repository has one address", () => {
  const owner = repository.split("/")[0] as string;
  const named = texts.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(new RegExp(`github\\.com/${owner}/[\\w-]+`, "g"))].map(
      ([name]) => name,
    ),
  );
  expect(new Set(named)).toEqual(new Set([`github.com/${repository}`]));
});

it("versions are the same everywhere", () => {
  const python = readText("packages/python/src/sightline_client/_version.py");
  expect(/__version__ = "(.*)"/.exec(python)?.[1]).toBe(version);
  expect(readText("docker-compose.yaml").match(/SIGHTLINE_VERSION:-([\w.-]+)/g)).toEqual(
    Array(3).fill(`SIGHTLINE_VERSION:-${version}`),
  );
  for (const overlay of ["trial", "production"]) {
    const { images: replaced } = parse(readText(`k8s/overlays/${overlay}/kustomization.yaml`)) as {
      images: { name: string; newName: string; newTag: string }[];
    };
    expect(replaced).toEqual(images.map(({ name }) => ({ name, newName: `${registry}/${name}`, newTag: version })));
  }
});

describe("a release", () => {
  const changelog = "# Changelog\n\n## [Unreleased]\n\n- a\n\n## [0.1.0] - 2026-11-26\n\nFirst.\n\n## [0.0.9]\n";

  it("is of a tag that is the version, from the repository that the packages name", () => {
    expect(releaseFaults("v0.1.0", repository, changelog)).toEqual([]);
    expect(releaseFaults("0.1.0", "someone/else", "# Changelog\n")).toHaveLength(3);
  });

  it("has the notes of its version", () => {
    expect(notesOf("0.1.0", changelog)).toBe("First.");
    expect(notesOf("0.2.0", changelog)).toBeUndefined();
    expect(notesOf(version, readText("CHANGELOG.md"))).toContain("### Added");
  });
});

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly {
    readonly name?: string;
    readonly run?: string;
    readonly with?: Record<string, unknown>;
  }[];
}

/** An npm whose registry is a folder. It takes no version twice, and not the archive that `BROKEN` names. */
const NPM = `#!/bin/sh
case "$1" in
  view) [ -e "published/$(echo "$2" | tr @ -).tgz" ] && echo "\${2#*@}" ;;
  publish)
    for file; do file=$(basename "$file"); done
    [ "$file" != "$BROKEN" ] && [ ! -e "published/$file" ] && touch "published/$file" ;;
esac
`;

describe("a release of which a job failed and is run again", () => {
  const { jobs } = parse(readText(".github/workflows/release.yml")) as Workflow;

  it("publishes the npm packages that are missing", () => {
    const folder = temporaryFolder();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const archives = ["sightline-cli", "sightline-client"].map((name) => `${name}-${version}.tgz`);
    for (const name of ["bin", "published", "dist/packages/npm"]) mkdirSync(join(folder, name), { recursive: true });
    for (const name of archives) writeFileSync(join(folder, "dist/packages/npm", name), "");
    writeFileSync(join(folder, "bin/npm"), NPM, { mode: 0o755 });
    const script = jobs.npm?.steps?.find(({ run }) => run?.includes("npm publish"))?.run as string;
    const publish = (BROKEN: string) => {
      const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
      const env = { PATH, BROKEN, GITHUB_REF_NAME: `v${version}` };
      // The shell of a job in a container.
      return spawnSync("sh", ["-e", "-c", script], { cwd: folder, env }).status;
    };
    expect(publish(archives[1] as string)).not.toBe(0);
    expect(readdirSync(join(folder, "published"))).toEqual(archives.slice(0, 1));
    expect(publish("")).toBe(0);
    expect(readdirSync(join(folder, "published")).sort()).toEqual(archives);
  });

  it("publishes the files of PyPI that are missing", () => {
    const [step] = jobs.pypi?.steps?.filter((one) => one.with?.["packages-dir"]) ?? [];
    expect(step?.with).toMatchObject({ "skip-existing": true });
  });
});

describe.each(globSync(".github/workflows/*.yml", { cwd: root }))("%s", (file) => {
  it("is valid", { timeout: INSTALL_TIMEOUT_MS }, () => {
    const { status, stdout } = spawnSync(actionlint(), ["-shellcheck=", "-pyflakes=", file], {
      cwd: root,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("runs actions of others by their commit", () => {
    const used = [...readText(file).matchAll(/uses: (\S+)(.*)/g)].map(
      ([, action = "", comment = ""]) => action + comment,
    );
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((one) => !/^(\.\/\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(one))).toEqual([]);
  });

  it("may read the repository, and its jobs no more than they need", () => {
    const { permissions, jobs } = parse(readText(file)) as Workflow;
    expect(permissions).toEqual({ contents: "read" });
    const writing = Object.entries(jobs).filter(([, job]) => job.permissions?.contents === "write");
    expect(writing.map(([name]) => name)).toEqual(file.includes("release") ? ["release"] : []);
  });
});
