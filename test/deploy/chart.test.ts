/** The Helm chart makes what `k8s/overlays/production` makes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { EXISTING, HASH, type KubernetesObject, objectsOf, ofKind, RELEASE } from "../support/chart.ts";
import { helm, helmTemplate, kubernetesFaults, kustomize } from "../support/deploy-tools.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-chart-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Without what tells one release from another, and without what only one of the two sets, such as defaults. */
function comparable(text: unknown): unknown {
  return JSON.parse(JSON.stringify(text), (key, value) => {
    if (key === "checksum/config" || key === "checksum/secret" || key === "imagePullPolicy") return undefined;
    if (key === "app.kubernetes.io/instance" || key === "app.kubernetes.io/part-of") return undefined;
    if (key === "annotations" && Object.keys(value).length === 0) return undefined;
    return typeof value === "string" ? value.replace(`${RELEASE}-detector`, "detector").replace(HASH, "") : value;
  });
}

let chart: readonly KubernetesObject[];
let overlay: readonly KubernetesObject[];
beforeAll(() => {
  chart = objectsOf(helmTemplate(RELEASE, EXISTING));
  overlay = objectsOf(kustomize("k8s/overlays/production"));
}, INSTALL_TIMEOUT_MS);

it("is without faults, and needs what nobody else can know", { timeout: INSTALL_TIMEOUT_MS }, () => {
  expect(helm("lint", "--strict", "charts/sightline", ...EXISTING.flatMap((value) => ["--set", value]))).toMatchObject({
    status: 0,
  });
  const refusal = (...values: string[]) => {
    const { status, stderr } = helm(
      "template",
      RELEASE,
      "charts/sightline",
      ...values.flatMap((value) => ["--set", value]),
    );
    return status === 0 ? "" : stderr;
  };
  expect(refusal(EXISTING[1] as string, EXISTING[2] as string)).toContain("secret.natsUrl is needed");
  expect(refusal("secret.existing=a")).toContain("natsCidrs and mongoCidrs are needed");
  expect(refusal(...EXISTING, "detector.replcas=3")).toContain("replcas");
  expect(refusal(...EXISTING, "secret.adminKey=short")).toContain("adminKey");
  expect(refusal(...EXISTING)).toBe("");
});

it("is of the project's version", () => {
  const { stdout } = helm("show", "chart", "charts/sightline");
  expect(stdout).toContain(`\nversion: ${packageJson.version}\n`);
  expect(stdout).toContain(`appVersion: ${packageJson.version}\n`);
});

it("makes objects that Kubernetes accepts", { timeout: INSTALL_TIMEOUT_MS }, () => {
  const file = join(folder, "objects.yaml");
  writeFileSync(file, helmTemplate(RELEASE, EXISTING));
  expect(kubernetesFaults(file)).toBe("");
});

describe.each(["api", "jobs", "detector"])("the Deployment %s", (name) => {
  it("is the overlay's: image, variables, probes, rights, resources", () => {
    const ours = ofKind(chart, "Deployment")[name] as KubernetesObject;
    const theirs = ofKind(overlay, "Deployment")[name] as KubernetesObject;
    const [container] = ours.spec.template.spec.containers;
    expect(Object.keys(container.livenessProbe).length).toBeGreaterThan(2);
    expect(comparable(ours.spec)).toEqual(comparable(theirs.spec));
  });
});

it.each(["Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "ConfigMap"])(
  "each %s is the overlay's",
  (kind) => {
    const essence = (objects: readonly KubernetesObject[]) =>
      Object.entries(ofKind(objects, kind)).map(([name, { spec, data }]) => [name, comparable({ spec, data })]);
    expect(essence(chart).length).toBeGreaterThan(0);
    expect(Object.fromEntries(essence(chart))).toMatchObject(Object.fromEntries(essence(overlay)));
    expect(Object.keys(ofKind(chart, kind)).sort()).toEqual(Object.keys(ofKind(overlay, kind)).sort());
  },
);

it("lets in and out what the overlay lets in and out", () => {
  const ways = (objects: readonly KubernetesObject[]) =>
    Object.fromEntries(
      Object.entries(ofKind(objects, "NetworkPolicy")).map(([name, { spec }]) => {
        const { podSelector: _, ...rest } = spec;
        return [name, rest];
      }),
    );
  expect(ways(chart)).toEqual(ways(overlay));
  const selected = (name: string) => ofKind(chart, "NetworkPolicy")[name]?.spec.podSelector.matchLabels;
  expect(selected("default-deny")).toEqual({
    "app.kubernetes.io/instance": RELEASE,
    "app.kubernetes.io/part-of": "sightline",
  });
  for (const name of ["api", "to-mongo", "webhooks"])
    expect(selected(name)).toMatchObject({ "app.kubernetes.io/name": name === "api" ? "api" : "jobs" });
});

it("lets the gateways out to public addresses where they fetch images by URL", { timeout: INSTALL_TIMEOUT_MS }, () => {
  const text = helmTemplate(RELEASE, [...EXISTING, "config.IMAGE_URLS=on"]);
  const { "image-urls": images, webhooks } = ofKind(objectsOf(text), "NetworkPolicy");
  expect(images?.spec.podSelector.matchLabels).toMatchObject({ "app.kubernetes.io/name": "api" });
  expect(images?.spec.egress).toEqual(webhooks?.spec.egress);
  expect(ofKind(chart, "NetworkPolicy")).not.toHaveProperty("image-urls");
  const file = join(folder, "image-urls.yaml");
  writeFileSync(file, text);
  expect(kubernetesFaults(file)).toBe("");
});

it("makes a Secret of its own of what is given, and of nothing else", () => {
  expect(ofKind(chart, "Secret")).toEqual({});
  const given = [...EXISTING.slice(1), "secret.natsUrl=nats://a:4222", "secret.mongoUrl=mongodb://b/s"];
  const made = ofKind(objectsOf(helmTemplate("other", given)), "Secret").other;
  expect(made?.stringData).toEqual({ NATS_URL: "nats://a:4222", MONGO_URL: "mongodb://b/s" });
});

it("scales by the images that wait where KEDA is asked for", () => {
  const objects = objectsOf(helmTemplate(RELEASE, [...EXISTING, "detector.autoscaling.keda.enabled=true"]));
  expect(ofKind(objects, "HorizontalPodAutoscaler")).toEqual({});
  const scaled = ofKind(objects, "ScaledObject").detector;
  expect(scaled?.spec).toMatchObject({
    scaleTargetRef: { name: `${RELEASE}-detector` },
    minReplicaCount: 2,
    maxReplicaCount: 20,
    triggers: [
      { type: "cpu", metricType: "Utilization", metadata: { value: "75" } },
      {
        type: "prometheus",
        metadata: { query: 'max(sightline_queue_depth{namespace="default"})', threshold: "500" },
      },
    ],
  });
  const { behavior } = ofKind(overlay, "HorizontalPodAutoscaler").detector?.spec ?? {};
  expect(scaled?.spec.advanced.horizontalPodAutoscalerConfig.behavior).toEqual(behavior);
  expect(ofKind(objects, "Deployment").detector?.spec).not.toHaveProperty("replicas");
});

it("has as many detectors as it is told to where nothing scales them", () => {
  const values = [
    ...EXISTING,
    "detector.autoscaling.enabled=false",
    "detector.replicas=7",
    "networkPolicies.enabled=false",
  ];
  const objects = objectsOf(helmTemplate(RELEASE, values));
  expect(ofKind(objects, "Deployment").detector?.spec.replicas).toBe(7);
  expect(Object.keys({ ...ofKind(objects, "HorizontalPodAutoscaler"), ...ofKind(objects, "NetworkPolicy") })).toEqual(
    [],
  );
});

it("serves gRPC where it is asked for", { timeout: INSTALL_TIMEOUT_MS }, () => {
  const values = [...EXISTING, "api.grpc.enabled=true", "api.grpc.port=9001"];
  const objects = objectsOf(helmTemplate(RELEASE, values));
  const [container] = ofKind(objects, "Deployment").api?.spec.template.spec.containers ?? [];
  expect(container.env).toContainEqual({ name: "GRPC_PORT", value: "8001" });
  expect(container.ports).toContainEqual({ name: "grpc", containerPort: 8001 });
  expect(ofKind(objects, "Service").api?.spec.ports).toContainEqual({ name: "grpc", port: 9001, targetPort: "grpc" });
  expect(ofKind(objects, "NetworkPolicy").api?.spec.ingress[0].ports).toContainEqual({ protocol: "TCP", port: "grpc" });
  const file = join(folder, "grpc.yaml");
  writeFileSync(file, helmTemplate(RELEASE, values));
  expect(kubernetesFaults(file)).toBe("");
});

it("mounts further volumes into the pods of all kinds", { timeout: INSTALL_TIMEOUT_MS }, () => {
  const text = helmTemplate(RELEASE, [
    ...EXISTING,
    ...["config.MODELS_DIR=/models", "volumes[0].name=models", "volumes[0].persistentVolumeClaim.claimName=models"],
    ...["volumeMounts[0].name=models", "volumeMounts[0].mountPath=/models", "volumeMounts[0].readOnly=true"],
  ]);
  const objects = objectsOf(text);
  for (const { spec } of Object.values(ofKind(objects, "Deployment"))) {
    const { containers, volumes } = spec.template.spec;
    expect(volumes).toContainEqual({ name: "models", persistentVolumeClaim: { claimName: "models" } });
    expect(containers[0].volumeMounts).toContainEqual({ name: "models", mountPath: "/models", readOnly: true });
  }
  expect(ofKind(objects, "ConfigMap")).toMatchObject({ [RELEASE]: { data: { MODELS_DIR: "/models" } } });
  const file = join(folder, "volumes.yaml");
  writeFileSync(file, text);
  expect(kubernetesFaults(file)).toBe("");
});

it("publishes to Kafka as k8s/overlays/production-kafka does", () => {
  const broker = "kafka.brokers={kafka-0.example.invalid:9093,kafka-1.example.invalid:9093}";
  const objects = objectsOf(
    helmTemplate(RELEASE, [
      ...EXISTING,
      broker,
      "kafka.sasl=SCRAM-SHA-512",
      "networkPolicies.kafkaCidrs={203.0.113.0/24}",
      "kafka.authoritySecret=kafka-authority",
      "kafka.certificateSecret=kafka-certificate",
    ]),
  );
  const theirs = objectsOf(kustomize("k8s/overlays/production-kafka"));
  const podOf = (all: readonly KubernetesObject[]) => ofKind(all, "Deployment").jobs?.spec.template.spec;
  const containerOf = (all: readonly KubernetesObject[]) => podOf(all)?.containers[0];
  type Named = { readonly name: string };
  const variables = (all: readonly KubernetesObject[]): Named[] =>
    containerOf(all).env.filter(({ name }: Named) => name.startsWith("KAFKA_"));
  const byName = (one: Named, other: Named) => one.name.localeCompare(other.name);
  const { KAFKA_BROKERS, KAFKA_TLS } = ofKind(theirs, "ConfigMap").sightline?.data ?? {};
  const shared = [
    { name: "KAFKA_BROKERS", value: KAFKA_BROKERS },
    { name: "KAFKA_TLS", value: KAFKA_TLS },
  ];
  expect(variables(objects).sort(byName)).toEqual([...shared, ...variables(theirs)].sort(byName));
  expect(containerOf(theirs).volumeMounts).toHaveLength(3);
  expect(containerOf(objects).volumeMounts).toEqual(containerOf(theirs).volumeMounts);
  expect(podOf(objects)?.volumes).toEqual(podOf(theirs)?.volumes);
  const policy = (all: readonly KubernetesObject[]) => ofKind(all, "NetworkPolicy")["to-kafka"]?.spec.egress;
  expect(policy(objects)).toEqual(policy(theirs));
  expect(() => helmTemplate(RELEASE, [...EXISTING, broker])).toThrow("kafkaCidrs or kafkaNamespace is needed");
});

it("lets the jobs pods out to each port that a broker has", () => {
  const values = ["kafka.brokers={a.example.invalid:9093,b.example.invalid:9094,c.example.invalid:9093}"];
  const objects = objectsOf(
    helmTemplate(RELEASE, [...EXISTING, ...values, "networkPolicies.kafkaCidrs={203.0.113.0/24}"]),
  );
  expect(ofKind(objects, "NetworkPolicy")["to-kafka"]?.spec.egress[0].ports).toEqual([
    { protocol: "TCP", port: 9093 },
    { protocol: "TCP", port: 9094 },
  ]);
});

it("gives the jobs pods the certificates for Kafka", () => {
  const values = [
    ...[...EXISTING, "kafka.brokers={kafka.example.invalid:9093}", "networkPolicies.kafkaCidrs={203.0.113.0/24}"],
    ...["kafka.authoritySecret=brokers", "kafka.certificateSecret=us"],
  ];
  const text = helmTemplate(RELEASE, values);
  const { containers, volumes } = ofKind(objectsOf(text), "Deployment").jobs?.spec.template.spec ?? {};
  const place = "/etc/sightline/kafka-certificate";
  expect(containers[0].env).toEqual(
    expect.arrayContaining([
      { name: "KAFKA_CA_FILE", value: "/etc/sightline/kafka-authority/ca.crt" },
      { name: "KAFKA_CERT_FILE", value: `${place}/tls.crt` },
      { name: "KAFKA_KEY_FILE", value: `${place}/tls.key` },
    ]),
  );
  expect(containers[0].volumeMounts).toContainEqual({ name: "kafka-certificate", mountPath: place, readOnly: true });
  expect(volumes).toContainEqual({ name: "kafka-certificate", secret: { secretName: "us" } });
  expect(volumes).toContainEqual({ name: "kafka-authority", secret: { secretName: "brokers" } });
  const file = join(folder, "kafka.yaml");
  writeFileSync(file, text);
  expect(kubernetesFaults(file)).toBe("");
});
