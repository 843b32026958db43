/** The models of several detectors, as those of one service. Pure. */
import { type ModelVersion, plainName, versionKey, versionName } from "../contracts/model-name.ts";

/** A model as one detector has it. */
export interface Listed extends ModelVersion {
  readonly state: string;
}

const READY = "ready";
const { compare } = new Intl.Collator("en", { numeric: true });

/**
 * Each version of each model once; `ready` if it is ready on any detector. Detectors may have different default
 * versions, one of which has the plain name here.
 */
export function mergeModels<M extends Listed>(lists: readonly (readonly M[])[]): M[] {
  const all = lists.flat();
  const versions = new Map<string, M>();
  for (const model of all) {
    const key = versionKey(model);
    if (versions.get(key)?.state !== READY) versions.set(key, model);
  }
  const isDefault = ({ name }: Listed) => name === plainName(name);
  const defaults = new Map(
    Array.from(
      Map.groupBy(all.filter(isDefault), ({ name }) => name),
      ([name, models]) => [name, preferred(models)],
    ),
  );
  return Array.from(versions.values()).flatMap((model) => {
    const plain = plainName(model.name);
    const name = model.version === defaults.get(plain) ? plain : versionName(model);
    return name === undefined ? [] : [{ ...model, name }];
  });
}

/**
 * The preferred one of a model's default versions: one that is ready, then the one that most detectors have, then the
 * last by name.
 */
function preferred(models: readonly Listed[]): string | undefined {
  const ready = models.filter(({ state }) => state === READY);
  const counts = new Map<string, number>();
  for (const { version } of ready.length > 0 ? ready : models) counts.set(version, (counts.get(version) ?? 0) + 1);
  const [first] = Array.from(counts).sort(([a, ofA], [b, ofB]) => ofB - ofA || compare(b, a));
  return first?.[0];
}
