/** The names of models and of their versions. */

/** The cascade, which runs where a request names no model. */
export const FACES_HAAR = "faces-haar";

const PLAIN_NAME = "[a-z0-9][a-z0-9-]{0,62}";
const VERSION = "\\w[\\w.-]{0,63}";

/**
 * Syntax of a model's name; a matching model need not exist. If a model has several versions, the default one has the
 * plain name, and the others are called `name@version`. The default may be called so too.
 */
export const MODEL_NAME = `${PLAIN_NAME}(@${VERSION})?`;
const isVersion = new RegExp(`^${VERSION}$`);

export interface ModelVersion {
  readonly name: string;
  readonly version: string;
}

/** The name without the version. */
export function plainName(name: string): string {
  return name.split("@", 1)[0] as string;
}

/**
 * The name of one version, even if it is the default; undefined if the version cannot be part of a name. `faces-haar`
 * has only one version.
 */
export function versionName({ name, version }: ModelVersion): string | undefined {
  const plain = plainName(name);
  return plain !== FACES_HAAR && isVersion.test(version) ? `${plain}@${version}` : undefined;
}

/** Identifies a version of a model. */
export function versionKey({ name, version }: ModelVersion): string {
  return `${plainName(name)} ${version}`;
}

/** Whether the name denotes the model, or this version of it. */
export function isCalled(model: ModelVersion, name: string): boolean {
  return model.name === name || versionName(model) === name;
}
