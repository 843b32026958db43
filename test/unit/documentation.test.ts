/** The pages of the documentation link to what exists, and name files that exist. */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { errorTable } from "../../scripts/error-table.ts";

const root = join(import.meta.dirname, "../..");
const pages = globSync(["*.md", "docs/**/*.md", "test-data/*.md"], { cwd: root }).sort();

/** These tell of the time when they were written. */
const isHistory = (page: string) => page === "CHANGELOG.md" || page.startsWith("docs/decisions/");

/** Code blocks show what a reader types, not what is there. */
const textOf = (page: string) => readFileSync(join(root, page), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");

/** The anchors that GitHub makes of headings. */
const anchorsOf = (page: string) =>
  Array.from(textOf(page).matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

it.each(pages)("the links of %s", (page) => {
  const links = Array.from(textOf(page).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g), ([, path, anchor]) => {
    const target = path ? join(dirname(page), path) : page;
    return { target, anchor };
  });
  for (const { target, anchor } of links) {
    expect(existsSync(join(root, target)), `${page} links to ${target}`).toBe(true);
    if (anchor) expect(anchorsOf(target), `${page} links to #${anchor}`).toContain(anchor);
  }
});

it.each(pages.filter((page) => !isHistory(page)))("no two headings of %s have the same anchor", (page) => {
  const anchors = anchorsOf(page);
  expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
});

/** A script of this project and all files that it imports, one way or another. */
function imported(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(join(root, file), "utf8").matchAll(/^(?:import|export)\s[^"]*?"(\.[^"]+\.m?ts)"/gm);
  for (const [, path = ""] of imports) imported(join(dirname(file), path), found);
  return found;
}

it("the cluster for a look needs no images that may not be committed", () => {
  const files = imported("scripts/cluster.ts");
  expect(files).toContain("test/support/supervised-cluster.ts");
  expect(files).not.toContain("test/support/shared-data.ts");
});

const FILE =
  /`(?:node )?((?:bench|cli|client|docker|k8s|lib|native|scripts|services|test|web|workers)\/[\w./-]+)[^`]*`/g;

it.each(pages.filter((page) => !isHistory(page)))("the files that %s names", (page) => {
  // The examples make files of their own.
  const [text = ""] = textOf(page).split("\n## Example: ");
  for (const [, path = ""] of text.matchAll(FILE)) expect(existsSync(join(root, path)), `${page}: ${path}`).toBe(true);
});

it("the README says what is in each folder", () => {
  const readme = textOf("README.md");
  const tracked = execFileSync("git", ["ls-files", "--", "*/*"], { cwd: root, encoding: "utf8" }).split("\n");
  const folders = tracked.flatMap((file) => /^(?:lib\/)?[a-z][\w-]*(?=\/)/.exec(file) ?? []);
  const unnamed = [...new Set(folders)].filter((folder) => !new RegExp(`\`${folder}/?[\`/]`).test(readme));
  expect(unnamed).toEqual([]);
});

it("every decision is in the index, under its date and title", () => {
  const index = readFileSync(join(root, "docs/decisions/README.md"), "utf8");
  const decisions = pages.filter((page) => /^docs\/decisions\/\d/.test(page));
  expect(decisions.length).toBeGreaterThan(10);
  for (const page of decisions) {
    const [, name = "", date = ""] = /decisions\/((\d{4}-\d\d-\d\d)-[\w-]+\.md)$/.exec(page) ?? [];
    const [title = ""] = readFileSync(join(root, page), "utf8").split("\n");
    expect(index).toContain(`| ${date} | [${title.slice(2)}](${name}) |`);
    expect(readFileSync(join(root, page), "utf8")).toContain(`\nDate: ${date}\n`);
  }
});

it("the table of errors is current; `node scripts/error-table.ts` writes it", () => {
  expect(readFileSync(join(root, "docs/troubleshooting.md"), "utf8").endsWith(errorTable())).toBe(true);
});
