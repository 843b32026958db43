// Installs and builds what the service needs and the machine lacks. Runs on the installed Node (20 or later), so it is
// plain JavaScript without dependencies. Steps that are up to date are skipped.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// `import.meta.dirname` and `import.meta.filename` are missing before Node 20.11.
const ownPath = fileURLToPath(import.meta.url);
export const root = join(dirname(ownPath), "..");
const tools = join(root, ".tools");

const NODE_MAJOR = 24;
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;
const NODE_VERSION = "24.21.0";
const nodeFolder = join(tools, "node", "node_modules", NODE_PACKAGE);

// Only the OpenCV modules the addon uses: the metapackage libopencv-dev would pull in VTK, Qt and 40 more.
const SYSTEM_PACKAGES = [
  "g++",
  "libopencv-core-dev",
  "libopencv-imgproc-dev",
  "libopencv-imgcodecs-dev",
  "libopencv-objdetect-dev",
  "libopencv-highgui-dev",
  "libopencv-videoio-dev",
  "libheif-dev",
  "libgif-dev",
  "libtiff-dev",
  "libwebp-dev",
  "libpng-dev",
  "libjpeg-dev",
];

// The Node that runs this script is used if it is new enough and its headers, which the addon needs, are next to it.
const ownHeaders = join(process.execPath, "..", "..", "include", "node");
const isOwnFit =
  Number(process.versions.node.split(".")[0]) >= NODE_MAJOR && existsSync(join(ownHeaders, "node_api.h"));
export const node = isOwnFit ? process.execPath : join(nodeFolder, "bin", "node");
const headers = isOwnFit ? ownHeaders : join(nodeFolder, "include", "node");

const digest = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** The contents of all files below a folder, in a fixed order. */
const readFolder = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map(read);

/** A file with the hash of a step's inputs, so that the step runs again only when they change. */
const stamp = (name, ...inputs) => {
  const path = join(tools, `${name}.stamp`);
  const value = digest(...inputs);
  return { isCurrent: () => read(path) === value, set: () => writeFileSync(path, value) };
};

class SetupError extends Error {}

/** Runs a command, with the Node chosen above first on the PATH, and shows its output only if it fails. */
function run(command, args, { env, ...options } = {}) {
  const path = [dirname(node), process.env.PATH].join(delimiter);
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: path, ...env },
    ...options,
  });
  if (result.error) throw new SetupError(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    const words = `${result.stdout}${result.stderr}`.trim().split("\n");
    const shown = words.length > 30 ? [...words.slice(0, 15), "…", ...words.slice(-15)] : words;
    throw new SetupError(`${command} ${args.join(" ")} failed:\n${shown.join("\n")}`);
  }
}

function missingSystemPackages() {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg's
  const query = spawnSync("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...SYSTEM_PACKAGES], {
    encoding: "utf8",
  });
  if (query.error) return SYSTEM_PACKAGES;
  const installed = new Set(
    query.stdout
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return SYSTEM_PACKAGES.filter((name) => !installed.has(name));
}

function installSystemPackages() {
  const missing = missingSystemPackages();
  if (!existsSync("/usr/bin/apt-get"))
    throw new SetupError(`this system has no apt-get; install what provides: ${missing.join(" ")}`);
  if (process.getuid() !== 0)
    throw new SetupError(`not root; as root run:\n  apt-get install --no-install-recommends ${missing.join(" ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update"], { env });
  run("apt-get", ["install", "-y", "--no-install-recommends", ...missing], { env });
}

function installNode() {
  const folder = join(tools, "node");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  run("npm", ["install", "--no-save", "--no-package-lock", `${NODE_PACKAGE}@${NODE_VERSION}`], { cwd: folder });
}

/** Whether the Node in `.tools` is of the pinned version: after an update of the project it may be an older one. */
function hasPinnedNode() {
  const { version } = JSON.parse(read(join(nodeFolder, "package.json")) || "{}");
  return version === NODE_VERSION;
}

/** The pinned Node, whatever runs this; fetched if it is missing. */
export function pinnedNode() {
  if (!hasPinnedNode()) installNode();
  return nodeFolder;
}

function steps() {
  const lock = read(join(root, "package-lock.json"));
  const packages = stamp("packages", lock);
  const packageEntry = (name) => JSON.stringify(JSON.parse(lock).packages[`node_modules/${name}`]);
  const compiler = [
    isOwnFit ? process.versions.node : NODE_VERSION,
    process.arch,
    read(join(root, "native/compile.ts")),
  ];
  const opencv = stamp(
    "opencv",
    ...compiler,
    read(join(root, "native/opencv/build.ts")),
    ...readFolder(join(root, "native/image")),
    packageEntry("@u4/opencv4nodejs"),
  );
  const cascade = stamp(
    "cascade",
    ...compiler,
    ...readFolder(join(root, "native/cascade")),
    packageEntry("node-addon-api"),
  );
  return [
    {
      name: `Node ${NODE_MAJOR}`,
      isDone: () => isOwnFit || hasPinnedNode(),
      run: installNode,
    },
    {
      name: "system packages",
      isDone: () => missingSystemPackages().length === 0,
      run: installSystemPackages,
    },
    {
      name: "npm packages",
      isDone: () => packages.isCurrent() && existsSync(join(root, "node_modules")),
      run: () => {
        run("npm", ["ci"]);
        packages.set();
      },
    },
    {
      name: "thread-safe OpenCV addon",
      isDone: () => opencv.isCurrent() && existsSync(join(tools, "opencv4nodejs.node")),
      run: () => {
        run(node, ["native/opencv/build.ts", headers, join(tools, "opencv4nodejs.node")]);
        opencv.set();
      },
    },
    {
      name: "exact cascade addon",
      isDone: () => cascade.isCurrent() && existsSync(join(tools, "cascade.node")),
      run: () => {
        run(node, ["native/cascade/build.ts", headers, join(tools, "cascade.node")]);
        cascade.set();
      },
    },
  ];
}

/** Runs the pending steps and reports how long each took. Exits with 1 if one fails. */
export function setup() {
  mkdirSync(tools, { recursive: true });
  for (const step of steps()) {
    if (step.isDone()) continue;
    process.stderr.write(`setup: ${step.name} … `);
    const startedAt = performance.now();
    try {
      step.run();
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      process.stderr.write(`failed\nsetup: ${error.message}\n`);
      process.exit(1);
    }
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  }
}

if (process.argv[1] === ownPath) {
  setup();
  console.log(execFileSync(node, ["--version"], { encoding: "utf8" }).trim());
}
