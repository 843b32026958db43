/** The objects of docs/containers.md fit to what the overlays and the chart make. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { EXISTING, type KubernetesObject, objectsOf, ofKind, RELEASE } from "../support/chart.ts";
import { helmTemplate, kubernetesFaults, kustomize } from "../support/deploy-tools.ts";
import { readText } from "../support/deployment.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-containers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = Array.from(
  readText("docs/containers.md").matchAll(/^```yaml\n([\s\S]*?)^```/gm),
  ([, yaml = ""]) => yaml,
);
const [ingress = "", monitor = ""] = blocks;
const objectOf = (yaml: string) => objectsOf(yaml)[0] as KubernetesObject;

it("the ingress is valid, and leads to the gateways", { timeout: INSTALL_TIMEOUT_MS }, () => {
  const file = join(folder, "ingress.yaml");
  writeFileSync(file, ingress);
  expect(kubernetesFaults(file)).toBe("");
  const { metadata, spec } = objectOf(ingress);
  const [{ backend }] = spec.rules[0].http.paths;
  const { api } = ofKind(objectsOf(kustomize("k8s/overlays/production")), "Service");
  expect(api?.metadata).toMatchObject({ name: backend.service.name, namespace: metadata.namespace });
  expect(api?.spec.ports.map(({ name }: { name: string }) => name)).toContain(backend.service.port.name);
});

it.each([
  ["the overlay", () => kustomize("k8s/overlays/production")],
  ["the chart", () => helmTemplate(RELEASE, EXISTING)],
])("Prometheus finds each pod of %s, and may reach it", { timeout: INSTALL_TIMEOUT_MS }, (_, made) => {
  const { spec } = objectOf(monitor);
  const objects = objectsOf(made());
  const pods = Object.values(ofKind(objects, "Deployment")).map((deployment) => deployment.spec.template);
  expect(pods).toHaveLength(3);
  const [{ port }] = spec.podMetricsEndpoints;
  for (const pod of pods) {
    expect(pod.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(pod.spec.containers[0].ports).toContainEqual({ name: port, containerPort: 8081 });
  }
  expect(ofKind(objects, "NetworkPolicy").health?.spec.ingress[0].ports).toEqual([{ protocol: "TCP", port }]);
});
