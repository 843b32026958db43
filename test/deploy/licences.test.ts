/** Every part of the service has a licence that is known and allowed. */
import { expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { makeSbom, statedInFiles } from "../../scripts/sbom.ts";

/** Licences that allow what the service does with them. A new one is added here after somebody has read it. */
const ALLOWED = new Set([
  ...["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense", "CC0-1.0"],
  ...["Python-2.0", "libtiff"],
  "Intel License Agreement for Open Source Computer Vision Library",
]);
/** Shared libraries of Debian, which users may replace; libheif brings the last two, of which we only decode. */
const ALLOWED_LIBRARIES = new Set(["LGPL-3.0-or-later", "GPL-2.0-or-later"]);
/** In a process of its own that we do not distribute. */
const ALLOWED_SERVERS = new Set(["Apache-2.0", "SSPL-1.0"]);

const sbom = makeSbom();

/** One of the alternatives must be allowed. */
function isAllowed(expression: string): boolean {
  return expression.split(/\s+OR\s+/).some((id) => ALLOWED.has(id.replace(/[()]/g, "")));
}

it("every licence is on the list of those that are allowed", () => {
  const faults = sbom.components.flatMap(({ name, type, purl = "", licenses = [] }) => {
    const names = licenses.map((one) =>
      "expression" in one ? one.expression : (one.license.id ?? one.license.name ?? ""),
    );
    const isDebian = purl.startsWith("pkg:deb/");
    const isFine = (licence: string) =>
      isAllowed(licence) ||
      (type === "application" && ALLOWED_SERVERS.has(licence)) ||
      (isDebian && (ALLOWED_LIBRARIES.has(licence) || licence === `see /usr/share/doc/${name}/copyright`));
    return names.length > 0 && names.every(isFine) ? [] : [`${name}: ${names.join() || "no licence"}`];
  });
  expect(faults).toEqual([]);
});

it("has what the service needs: npm packages, Node, OpenCV and its decoders, servers, models", () => {
  const names = sbom.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(packageJson.dependencies)));
  for (const name of ["vitest", "typescript", "playwright-core", "@biomejs/biome"]) expect(names).not.toContain(name);
  const others = ["node", "libopencv-core406", "libwebp7", "libheif1", "nats", "mongo", "face-encoding", "classify"];
  expect(names).toEqual(expect.arrayContaining(others));
  expect(new Set(sbom.components.map((component) => component["bom-ref"])).size).toBe(sbom.components.length);
  expect(sbom).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: { name: "sightline" } } });
});

it("licences that were read in files are of packages that are still there and still do not say", () => {
  expect(sbom.components.filter(({ name }) => name in statedInFiles).length).toBe(Object.keys(statedInFiles).length);
});
