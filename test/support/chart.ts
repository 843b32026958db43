/** Objects that the Helm chart makes. */
import { parseAllDocuments } from "yaml";

export const RELEASE = "sightline";
/** Hash that kustomize appends to the name of the ConfigMap. */
export const HASH = /(?<=^sightline)-[0-9a-z]{10}$/;
/** Values that must be given. */
export const EXISTING = [
  "secret.existing=sightline",
  "networkPolicies.natsCidrs={192.0.2.0/25}",
  "networkPolicies.mongoCidrs={192.0.2.128/25}",
];

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly data?: Record<string, string>;
  readonly stringData?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: every kind has another
  readonly spec?: any;
}

export const objectsOf = (yaml: string) =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
/** Objects of a kind by name, without the name of the release. */
export const ofKind = (objects: readonly KubernetesObject[], kind: string) =>
  Object.fromEntries(
    objects
      .filter((object) => object.kind === kind)
      .map((object) => [object.metadata.name.replace(HASH, "").replace(`${RELEASE}-`, ""), object]),
  );
