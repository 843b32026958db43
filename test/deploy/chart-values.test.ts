/** What the values of the Helm chart change, and which it refuses. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXISTING, objectsOf, ofKind, RELEASE } from "../support/chart.ts";
import { helm, helmTemplate, kubernetesFaults } from "../support/deploy-tools.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-chart-"));
afterAll(() => rmSync(folder, { recursive: true }));
// Installs Helm.
beforeAll(() => helm("show", "chart", "charts/sightline"), INSTALL_TIMEOUT_MS);

const variableOf = (values: readonly string[], variable: string) => {
  const [container] =
    ofKind(objectsOf(helmTemplate(RELEASE, values)), "Deployment").detector?.spec.template.spec.containers ?? [];
  return container.env.find(({ name }: { name: string }) => name === variable)?.valueFrom.resourceFieldRef.resource;
};

it("gives a detector as many threads as it may use cores, and never those of the whole machine", () => {
  expect(variableOf(EXISTING, "THREADS")).toBe("limits.cpu");
  const unlimited = [...EXISTING, "detector.resources.limits.cpu=null"];
  expect(variableOf(unlimited, "THREADS")).toBe("requests.cpu");
  const unknown = ["detector.resources.requests.cpu=null", "detector.autoscaling.enabled=false"];
  expect(variableOf([...unlimited, ...unknown], "THREADS")).toBeUndefined();
  expect(variableOf([...EXISTING, "config.THREADS=six"], "THREADS")).toBeUndefined();
});

it("refuses values that would have no effect, or break the pods", () => {
  const withValues =
    (...values: string[]) =>
    () =>
      helmTemplate(RELEASE, [...EXISTING, ...values]);
  expect(withValues("secret.natsUrl=nats://a:4222")).toThrow("secret.existing is used alone");
  for (const name of ["PORT", "HEALTH_PORT", "GRPC_PORT", "SERVICES", "NATS_URL", "ADMIN_KEY"])
    expect(withValues(`config.${name}=a`)).toThrow(`config.${name} does not belong there`);
  const ofOwnSecret = ["secret.existing=", "secret.natsUrl=nats://a:4222", "secret.mongoUrl=mongodb://b/s"];
  const kafka = ["kafka.brokers={a.example.invalid:9093}", "networkPolicies.kafkaCidrs={203.0.113.0/24}"];
  expect(withValues(...ofOwnSecret, ...kafka)).not.toThrow();
  expect(withValues(...ofOwnSecret, ...kafka, "kafka.sasl=PLAIN")).toThrow("kafka.sasl needs secret.existing");
  expect(withValues("detector.autoscaling.maxReplicas=1")).toThrow("minReplicas is more than maxReplicas");
  const unknown = ["requests", "limits"].map((kind) => `detector.resources.${kind}.cpu=null`);
  expect(withValues(...unknown)).toThrow("needs detector.resources.requests.cpu");
  expect(withValues(...unknown, "detector.autoscaling.enabled=false")).not.toThrow();
  expect(withValues("terminationGracePeriodSeconds=39")).toThrow("must be at least five seconds more");
  expect(withValues("terminationGracePeriodSeconds=40")).not.toThrow();
  // Then the defaults of the service count.
  const defaults = ["config.DRAIN_DELAY_MS=null", "config.SHUTDOWN_TIMEOUT_MS=null"];
  expect(withValues("terminationGracePeriodSeconds=34", ...defaults)).toThrow("must be at least five seconds more");
  expect(withValues("terminationGracePeriodSeconds=35", ...defaults)).not.toThrow();
});

/** What `helm install` says, as an object, since it says nothing without a cluster. */
function notesOf(...values: string[]): string {
  const copy = join(folder, "chart");
  cpSync("charts/sightline", copy, { recursive: true });
  const text = readFileSync(join(copy, "templates/NOTES.txt"), "utf8");
  writeFileSync(join(copy, "templates/_notes.tpl"), `{{ define "notes" }}${text}{{ end }}`);
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "notes" }, data: { text: "TEXT" } };
  const notes = JSON.stringify(object).replace('"TEXT"', '{{ include "notes" . | toJson }}');
  writeFileSync(join(copy, "templates/notes.yaml"), notes);
  const set = [...values, "networkPolicies.enabled=false"].flatMap((value) => ["--set", value]);
  const { stdout } = helm("template", RELEASE, copy, "--show-only", "templates/notes.yaml", ...set);
  return objectsOf(stdout)[0]?.data?.text ?? "";
}

it("says how the first key is read where the Secret may have none, with any kubectl", () => {
  const command = /\n {2}kubectl --namespace default logs --tail=-1 \\\n {4}--selector (\S+) \| grep 'admin key'\n/;
  const own = ["secret.natsUrl=nats://a:4222", "secret.mongoUrl=mongodb://b/s"];
  expect(notesOf(...own)).toMatch(command);
  expect(notesOf(...own, `secret.adminKey=${"k".repeat(32)}`)).toMatch(/needs a key\.\n$/);
  const [, selector = ""] = notesOf("secret.existing=servers").match(command) ?? [];
  const { labels = {} } =
    ofKind(objectsOf(helmTemplate(RELEASE, EXISTING)), "Deployment").jobs?.spec.template.metadata ?? {};
  const ofPod = Object.entries(labels).map((pair) => pair.join("="));
  for (const label of selector.split(",")) expect(ofPod).toContain(label);
});

it("lets in whom it is told to, and out to servers of the same cluster", { timeout: INSTALL_TIMEOUT_MS }, () => {
  const inside = ["natsNamespace=nats", "mongoNamespace=mongo", "clientNamespaces={ingress,shop}"];
  const values = ["secret.existing=sightline", ...inside.map((value) => `networkPolicies.${value}`)];
  const text = helmTemplate(RELEASE, values);
  const policies = ofKind(objectsOf(text), "NetworkPolicy");
  const peer = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
  expect(policies.api?.spec.ingress).toEqual([
    { from: [peer("ingress"), peer("shop")], ports: [{ protocol: "TCP", port: "http" }] },
  ]);
  expect(policies["to-nats"]?.spec.egress).toEqual([{ to: [peer("nats")], ports: [{ protocol: "TCP", port: 4222 }] }]);
  expect(policies["to-mongo"]?.spec.egress[0].to).toEqual([peer("mongo")]);
  const both = helmTemplate(RELEASE, [...values, EXISTING[1] as string]);
  expect(ofKind(objectsOf(both), "NetworkPolicy")["to-nats"]?.spec.egress[0].to).toEqual([
    { ipBlock: { cidr: "192.0.2.0/25" } },
    peer("nats"),
  ]);
  const file = join(folder, "inside.yaml");
  writeFileSync(file, text);
  expect(kubernetesFaults(file)).toBe("");
});

it("leaves the user to the cluster where it is told to, but never to root", () => {
  const contextsOf = (...values: string[]) => {
    const deployments = ofKind(objectsOf(helmTemplate(RELEASE, [...EXISTING, ...values])), "Deployment");
    return Object.values(deployments).map(({ spec }) => spec.template.spec.securityContext);
  };
  const context = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
  const unnamed = ["runAsUser", "runAsGroup"].map((name) => `podSecurityContext.${name}=null`);
  expect(contextsOf(...unnamed)).toEqual([context, context, context]);
  expect(contextsOf()[0]).toEqual({ ...context, runAsUser: 1000, runAsGroup: 1000 });
  expect(() => contextsOf("podSecurityContext.runAsNonRoot=false")).toThrow("runAsNonRoot");
});

it("runs images by their digests where they are given", () => {
  const digest = `sha256:${"0a".repeat(32)}`;
  const objects = objectsOf(helmTemplate(RELEASE, [...EXISTING, `image.digests.jobs=${digest}`, "image.tag=1.2.3"]));
  const imagesOf = Object.values(ofKind(objects, "Deployment")).map(
    ({ spec }) => spec.template.spec.containers[0].image,
  );
  const registry = "ghcr.io/sightline-project";
  expect(imagesOf.sort()).toEqual([
    `${registry}/sightline-api:1.2.3`,
    `${registry}/sightline-detector:1.2.3`,
    `${registry}/sightline-jobs:1.2.3@${digest}`,
  ]);
  expect(() => helmTemplate(RELEASE, [...EXISTING, "image.digests.jobs=latest"])).toThrow("digests");
});
