import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { isAtLeast } from "../../lib/backends/jetstream/server-version.ts";
import { BATCHES_SINCE } from "../../lib/backends/jetstream/streams.ts";
import { loadConfig } from "../../lib/config.ts";
import { kubernetesFaults, kustomize } from "../support/deploy-tools.ts";
import { images, isSetting, readText } from "../support/deployment.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

interface Probe {
  readonly httpGet?: { readonly port: string };
  readonly exec?: object;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { name: string; value?: string; valueFrom?: { secretKeyRef?: SecretKey } }[];
  readonly envFrom?: readonly { configMapRef: { name: string } }[];
  readonly ports: readonly { name: string; containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly resources: { readonly requests: Record<string, string>; readonly limits: Record<string, string> };
  readonly securityContext: object;
  readonly volumeMounts: readonly { name: string; mountPath: string; readOnly?: boolean }[];
}

interface SecretKey {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { key: string; operator: string; values: readonly string[] }[];
}

interface Pod {
  readonly containers: readonly Container[];
  readonly terminationGracePeriodSeconds: number;
  readonly topologySpreadConstraints?: readonly { labelSelector: Selector }[];
  readonly volumes?: readonly { name: string; secret?: { secretName: string } }[];
}

// Only the fields that are asked for; the schemas check the rest.
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Record<string, string>;
  readonly stringData?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: every kind has another
  readonly spec?: any;
}

interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly replicas?: number;
  readonly labels: Labels;
  readonly selector: Selector;
  readonly pod: Pod;
}

const folder = mkdtempSync(join(tmpdir(), "sightline-k8s-"));
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(yaml: string): string {
  const file = join(folder, "objects.yaml");
  writeFileSync(file, yaml);
  return kubernetesFaults(file);
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => operator === "In" && values.includes(labels[key] ?? ""))
  );
}

const OVERLAYS = ["trial", "production", "production-queue-depth", "production-kafka"];

describe.each(OVERLAYS)("the overlay %s", (overlay) => {
  let yaml: string;
  let objects: readonly KubernetesObject[];
  let workloads: readonly Workload[];
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);

  beforeAll(() => {
    yaml = kustomize(`k8s/overlays/${overlay}`);
    objects = parseAllDocuments(yaml).map((document) => document.toJS() as KubernetesObject);
    workloads = [...ofKind("Deployment"), ...ofKind("StatefulSet")].map(({ kind, metadata, spec }) => ({
      name: metadata.name,
      kind,
      replicas: spec.replicas,
      labels: spec.template.metadata.labels,
      selector: spec.selector,
      pod: spec.template.spec,
    }));
  }, INSTALL_TIMEOUT_MS);

  const containers = () => workloads.flatMap(({ pod }) => pod.containers);
  const own = () => workloads.filter(({ kind }) => kind === "Deployment");

  test("is valid, and would not be with a field that is not there", { timeout: INSTALL_TIMEOUT_MS }, () => {
    expect(faultsOf(yaml)).toBe("");
    expect(faultsOf(yaml.replace("livenessProbe:", "livenesProbe:"))).toContain("livenesProbe");
    expect(faultsOf(yaml.replace(/containerPort: 8081/, "containerPort: health"))).not.toBe("");
  });

  test("has its objects in one namespace", () => {
    const namespaces = objects.filter(({ kind }) => kind !== "Namespace").map(({ metadata }) => metadata.namespace);
    expect(new Set(namespaces)).toEqual(new Set(["sightline"]));
  });

  test("runs our images, and of others only those of a trial", () => {
    const names = own().flatMap(({ pod }) => pod.containers.map(({ image }) => image.split("/").at(-1)?.split(":")[0]));
    expect(names.sort()).toEqual(images.map(({ name }) => name).sort());
    for (const { image } of containers()) expect(image).toMatch(/:[\w.-]+$/);
    const others = workloads.filter(({ kind }) => kind !== "Deployment").map(({ name }) => name);
    expect(others.sort()).toEqual(overlay === "trial" ? ["mongo", "nats"] : []);
    for (const { image } of containers().filter(({ name }) => name === "nats"))
      expect(isAtLeast(`${image.match(/^nats:([\d.]+)-alpine$/)?.[1]}.0`, BATCHES_SINCE)).toBe(true);
  });

  test("selects the pods it means", () => {
    for (const { selector, labels } of workloads) expect(matches(selector, labels)).toBe(true);
    const names = (selector: Selector) =>
      workloads.filter(({ labels }) => matches(selector, labels)).map(({ name }) => name);
    for (const { metadata, spec } of ofKind("Service")) {
      expect(names({ matchLabels: spec.selector })).toEqual([metadata.name]);
      const pod = workloads.find(({ name }) => name === metadata.name)?.pod;
      for (const { targetPort } of spec.ports)
        expect(pod?.containers[0]?.ports.map(({ name }) => name)).toContain(targetPort);
    }
    for (const { metadata, spec } of ofKind("PodDisruptionBudget"))
      expect(names(spec.selector)).toEqual([metadata.name]);
    expect(ofKind("PodDisruptionBudget").map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(own().map(({ name }) => name)),
    );
    for (const { spec } of ofKind("NetworkPolicy")) expect(names(spec.podSelector).length).toBeGreaterThan(0);
    for (const { labels, pod } of workloads)
      for (const { labelSelector } of pod.topologySpreadConstraints ?? [])
        expect(matches(labelSelector, labels)).toBe(true);
  });

  test("gives every container probes, resources and no rights", () => {
    for (const container of containers()) {
      const ports = container.ports.map(({ name }) => name);
      for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
        const { httpGet, exec } = container[probe];
        expect(exec !== undefined || ports.includes(httpGet?.port ?? "")).toBe(true);
      }
      const { requests, limits } = container.resources;
      expect(Object.keys(requests).sort()).toEqual(["cpu", "memory"]);
      expect(limits).toHaveProperty("memory");
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
    for (const { pod } of workloads) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      });
    }
  });

  test("mounts only volumes that are there", () => {
    for (const { metadata, spec } of [...ofKind("Deployment"), ...ofKind("StatefulSet")]) {
      const claims = (spec.volumeClaimTemplates ?? []).map((claim: KubernetesObject) => claim.metadata.name);
      const volumes = [...claims, ...(spec.template.spec.volumes ?? []).map(({ name }: { name: string }) => name)];
      const mounts = spec.template.spec.containers.flatMap(({ volumeMounts }: Container) => volumeMounts);
      expect([metadata.name, mounts.map(({ name }: { name: string }) => name).sort()]).toEqual([
        metadata.name,
        volumes.sort(),
      ]);
    }
  });

  /** Of our own containers. */
  const settings = () =>
    ofKind("ConfigMap").find(({ metadata }) => metadata.name.startsWith("sightline-"))?.data as Record<string, string>;

  test("sets settings that exist, to values that are allowed", () => {
    const data = settings();
    const variables = [
      ...Object.keys(data),
      ...own().flatMap(({ pod }) => pod.containers.flatMap(({ env = [] }) => env.map(({ name }) => name))),
    ];
    expect(variables.filter((variable) => !isSetting(variable))).toEqual([]);
    expect(() => loadConfig(data)).not.toThrow();
  });

  test("lets a node finish what it has", () => {
    const { DRAIN_DELAY_MS, SHUTDOWN_TIMEOUT_MS } = settings();
    const neededMs = Number(DRAIN_DELAY_MS) + Number(SHUTDOWN_TIMEOUT_MS);
    for (const { pod } of own()) expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(neededMs + 5_000);
  });

  test("replaces the pods where settings change", () => {
    const [generated] = ofKind("ConfigMap").filter(({ metadata }) => metadata.name.startsWith("sightline-"));
    // Of what is in it, as kustomize has it.
    expect(generated?.metadata.name).toMatch(/^sightline-[0-9a-z]{10}$/);
    const used = own().flatMap(({ pod }) => pod.containers.flatMap(({ envFrom = [] }) => envFrom));
    expect(used.map(({ configMapRef }) => configMapRef.name)).toEqual(own().map(() => generated?.metadata.name));
  });

  test("lets machines be drained while no pod is ready, as in an outage of NATS", () => {
    const policies = ofKind("PodDisruptionBudget").map(({ spec }) => spec.unhealthyPodEvictionPolicy);
    expect(policies).toEqual(own().map(() => "AlwaysAllow"));
  });

  test("gives NATS and MongoDB a quarter of an hour to read what they stored", () => {
    const servers = workloads.filter(({ kind }) => kind === "StatefulSet").flatMap(({ pod }) => pod.containers);
    const seconds = servers.map(
      ({ startupProbe: { periodSeconds, failureThreshold } }) => periodSeconds * failureThreshold,
    );
    expect(seconds).toEqual(overlay === "trial" ? [900, 900] : []);
  });

  test("names the ports that the images have", () => {
    for (const { pod } of own())
      for (const { ports, image } of pod.containers) {
        const made = images.find(({ name }) => image.split("/").at(-1)?.startsWith(name));
        expect(ports.map(({ containerPort }) => containerPort).sort()).toEqual([...(made?.ports ?? [])].sort());
      }
  });

  test("lets in and out only what is named", () => {
    const denied = ofKind("NetworkPolicy").find(({ metadata }) => metadata.name === "default-deny");
    expect(denied?.spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    // Of the cluster's DNS, and of the cache that a machine may have.
    const dns = ofKind("NetworkPolicy").find(({ metadata }) => metadata.name === "dns")?.spec.egress[0].to;
    expect(dns).toMatchObject([{ namespaceSelector: {}, podSelector: {} }, { ipBlock: { cidr: "169.254.20.10/32" } }]);
    const waysOut = (name: string) => {
      const { labels = {} } = workloads.find((workload) => workload.name === name) ?? {};
      const policies = ofKind("NetworkPolicy").filter(({ spec }) => matches(spec.podSelector, labels));
      const ports = policies.flatMap(({ spec }) => (spec.egress ?? []).flatMap((rule: Container) => rule.ports));
      return ports.map(({ port }: { port: number }) => port).sort((a, b) => a - b);
    };
    expect(waysOut("api")).toEqual([53, 53, 4222]);
    expect(waysOut("detector")).toEqual([53, 53, 4222]);
    const toKafka = overlay === "production-kafka" ? [9093] : [];
    expect(waysOut("jobs")).toEqual([53, 53, 80, 443, 4222, ...toKafka, 27017]);
  });

  test("mounts the files that its settings name, from Secrets", () => {
    const fileOf = ({ volumes = [] }: Pod, { volumeMounts }: Container, path: string) => {
      const mount = volumeMounts.find(({ mountPath, readOnly }) => readOnly && mountPath === dirname(path));
      const volume = volumes.find(({ name }) => name === mount?.name);
      return `${volume?.secret?.secretName}/${basename(path)}`;
    };
    const files = own().flatMap(({ pod }) =>
      pod.containers.flatMap((container) =>
        (container.env ?? [])
          .filter(({ name }) => name.endsWith("_FILE"))
          .map(({ value = "" }) => fileOf(pod, container, value)),
      ),
    );
    const ofKafka = ["kafka-authority/ca.crt", "kafka-certificate/tls.crt", "kafka-certificate/tls.key"];
    expect(files).toEqual(overlay === "production-kafka" ? ofKafka : []);
  });

  test("takes secrets from where they are", () => {
    const references = containers()
      .flatMap(({ env = [] }) => env)
      .flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
    expect(references.length).toBeGreaterThan(3);
    const example = parse(readText("k8s/overlays/production/secret.example.yaml")) as KubernetesObject;
    const secrets = overlay === "trial" ? ofKind("Secret") : [example];
    for (const { name, key, optional } of references) {
      const secret = secrets.find(({ metadata }) => metadata.name === name);
      if (!optional || overlay !== "trial") expect(secret?.stringData).toHaveProperty(key);
    }
    // Production never gets the passwords of an example.
    if (overlay !== "trial") expect(ofKind("Secret")).toEqual([]);
  });

  test("leaves the number of detectors to the autoscaler, if there is one", () => {
    const [scaler] = ofKind("HorizontalPodAutoscaler");
    const detector = workloads.find(({ name }) => name === "detector");
    expect(detector?.replicas === undefined).toBe(scaler !== undefined);
    if (!scaler) return;
    expect(scaler.spec.scaleTargetRef).toEqual({ apiVersion: "apps/v1", kind: "Deployment", name: detector?.name });
    const metrics = scaler.spec.metrics.map(({ type }: { type: string }) => type);
    expect(metrics).toEqual(overlay === "production-queue-depth" ? ["Resource", "External"] : ["Resource"]);
  });
});

test("the example of a Secret is valid and is one", { timeout: INSTALL_TIMEOUT_MS }, () => {
  const text = readText("k8s/overlays/production/secret.example.yaml");
  expect(faultsOf(text)).toBe("");
  const { stringData = {} } = parse(text) as KubernetesObject;
  expect(Object.keys(stringData).every(isSetting)).toBe(true);
  const { WEBHOOK_SECRET, ADMIN_KEY } = stringData;
  expect(() => loadConfig({ WEBHOOK_SECRET })).not.toThrow();
  // A key that everybody can read must not open anything.
  expect(() => loadConfig({ ADMIN_KEY })).toThrow(/ADMIN_KEY must be/);
  for (const key of ["NATS_URL", "MONGO_URL"]) expect(stringData[key]).toMatch(/REPLACE-ME.*example\.invalid/);
});
