/**
 * A list of all components of the service with their licences (CycloneDX 1.5), made from the installed files.
 *
 *   node scripts/run.mjs node scripts/sbom.ts [file]   writes it to the file, or to standard output
 *
 * npm's own `npm sbom` lists the npm packages: it comes with npm, reads what is installed, and adds no dependency.
 * `@cyclonedx/cyclonedx-npm` would add some details and forty packages. Other components are added here: Node, the
 * shared libraries that our addons load, the servers of a cluster, and the models.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, loadManifests, ownManifest } from "../lib/vision/models/manifest.ts";
import { librariesOf, packagesOf } from "./bundle/libraries.ts";
import { natsServerBin } from "./nats-server.ts";
import { pinnedNode } from "./setup.mjs";

type License = { readonly license: { readonly id?: string; readonly name?: string } } | { readonly expression: string };

export interface Component {
  readonly type: "library" | "application" | "platform" | "machine-learning-model";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly License[];
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly description?: string;
}

export interface Sbom {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: string;
  readonly metadata: { readonly component: Record<string, unknown> };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * Licences of npm packages whose package.json does not name one in SPDX form. They were read in their licence files.
 */
export const statedInFiles: Readonly<Record<string, string>> = {
  "@seald-io/binary-search-tree": "MIT",
  "cli-color": "MIT",
  decko: "MIT",
  stickyfill: "MIT",
  "url-template": "BSD-3-Clause",
};

/**
 * The main licence of Debian packages whose licence we state ourselves. `/usr/share/doc/<package>/copyright` has all of
 * them.
 */
const debianLicenses: readonly (readonly [name: RegExp, licence: string])[] = [
  [/^libopencv-/, "Apache-2.0"],
  [/^libheif1$/, "LGPL-3.0-or-later"],
  [/^libde265-0$/, "LGPL-3.0-or-later"],
  [/^libx265-/, "GPL-2.0-or-later"],
  [/^libgif7$/, "MIT"],
  [/^libtiff6$/, "libtiff"],
  [/^libwebp(7|demux2|mux3)$/, "BSD-3-Clause"],
];

const root = join(import.meta.dirname, "..");
const addons = [".tools/opencv4nodejs.node", ".tools/cascade.node"].map((path) => join(root, path));
const withId = (id: string): License[] => [{ license: { id } }];

/** The list for what is installed here. The addons must be built. */
export function makeSbom(): Sbom {
  // Not with `--omit dev`, which also omits packages that development needs too, such as the API of OpenTelemetry.
  const sbom: Sbom = JSON.parse(npm("sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application"));
  const isOfService = notOnlyForDevelopment();
  const packages = sbom.components.filter(isOfService);
  const references = new Set([sbom.metadata.component["bom-ref"], ...packages.map((one) => one["bom-ref"])]);
  const { component } = sbom.metadata;
  return {
    ...sbom,
    // npm would use the folder's name.
    metadata: { ...sbom.metadata, component: { ...component, name: "sightline" } },
    components: [...packages.map(withStatedLicense), node(), ...debianPackages(), ...servers(), ...models(), cascade()],
    dependencies: sbom.dependencies
      .filter(({ ref }) => references.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => references.has(on)) })),
  };
}

/** Decides by the lock file: `dev` marks what only development needs. */
function notOnlyForDevelopment(): (component: Component) => boolean {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: true }>>;
  };
  const needed = new Set(
    Object.entries(packages).flatMap(([path, { version, dev }]) =>
      dev ? [] : [`${path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)}@${version}`],
    ),
  );
  return ({ name, version }) => needed.has(`${name}@${version}`);
}

function npm(...args: string[]): string {
  return execFileSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
}

function withStatedLicense(component: Component): Component {
  const stated = Object.hasOwn(statedInFiles, component.name) ? statedInFiles[component.name] : undefined;
  return component.licenses || stated === undefined ? component : { ...component, licenses: withId(stated) };
}

function node(): Component {
  const { name, version } = JSON.parse(readFileSync(join(pinnedNode(), "package.json"), "utf8"));
  return {
    type: "platform",
    "bom-ref": `${name}@${version}`,
    name: "node",
    version,
    licenses: withId("MIT"),
    purl: `pkg:npm/${name}@${version}`,
  };
}

/** The Debian packages that the addons load, directly or not. */
function debianPackages(): Component[] {
  const built = addons.filter((path) => existsSync(path));
  if (built.length < addons.length) throw new Error("The native addons are not built; npm test builds them.");
  return packagesOf(librariesOf(built).map(({ path }) => path)).map((name) => {
    const query = ["-W", "-f", "$" + "{Version} $" + "{Architecture}\n", name];
    const [version = "", architecture = ""] = execFileSync("dpkg-query", query, { encoding: "utf8" })
      .trim()
      .split(/\s/);
    const known = debianLicenses.find(([pattern]) => pattern.test(name))?.[1];
    return {
      type: "library",
      "bom-ref": `deb:${name}@${version}`,
      name,
      version,
      licenses: known ? withId(known) : [{ license: { name: `see /usr/share/doc/${name}/copyright` } }],
      purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`,
    };
  });
}

/** The other servers of a cluster, as in `docker-compose.yaml`, and the NATS server of the tests. */
function servers(): Component[] {
  const compose = readFileSync(join(root, "docker-compose.yaml"), "utf8");
  const image = (name: string) => new RegExp(`image: ${name}:([\\w.-]+)`).exec(compose)?.[1] ?? "unknown";
  const container = (name: string, licence: string): Component => ({
    type: "application",
    "bom-ref": `oci:${name}@${image(name)}`,
    name,
    version: image(name),
    licenses: withId(licence),
    purl: `pkg:docker/${name}@${image(name)}`,
    description: "A server of the cluster, in a process of its own.",
  });
  return [
    container("nats", "Apache-2.0"),
    container("mongo", "SSPL-1.0"),
    {
      type: "application",
      "bom-ref": `pypi:${natsServerBin.name}@${natsServerBin.version}`,
      name: natsServerBin.name,
      version: natsServerBin.version,
      licenses: withId("Apache-2.0"),
      purl: `pkg:pypi/${natsServerBin.name}@${natsServerBin.version}`,
      description: "nats-server of tests and `npm run cluster`.",
    },
  ];
}

function models(): Component[] {
  return loadManifests([ownManifest]).map((entry) => ({
    type: "machine-learning-model",
    "bom-ref": `model:${entry.name}@${entry.version}`,
    name: entry.name,
    version: entry.version,
    licenses: withId(entry.licence),
    hashes: filesOf(entry).map(({ sha256 }) => ({ alg: "SHA-256", content: sha256 })),
    ...(entry.notes !== undefined && { description: entry.notes }),
  }));
}

/** The model `faces-haar`: a file of OpenCV that contains its own licence. */
function cascade(): Component {
  return {
    type: "machine-learning-model",
    "bom-ref": "model:haarcascade_frontalface_default",
    name: "haarcascade_frontalface_default",
    version: "OpenCV 4.6",
    licenses: [{ license: { name: "Intel License Agreement for Open Source Computer Vision Library" } }],
  };
}

if (process.argv[1] === import.meta.filename) {
  const text = `${JSON.stringify(makeSbom(), null, 2)}\n`;
  const [file] = process.argv.slice(2);
  if (file) writeFileSync(file, text);
  else process.stdout.write(text);
}
