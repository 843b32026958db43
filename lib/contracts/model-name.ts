/** The names of models and of their versions. */

/** The cascade, which runs where a request names no model. */
export const FACES_HAAR = "faces-haar";

const PLAIN_NAME = "[a-z0-9][a-z0-9-]{0,62}";
const VERSION = "\\w[\\w.-]{0,63}";

/**
 * The syntax of a model's name; such a model may not exist. Of several versions of a model, one is the default and has
 * the plain name; the others are called `name@version`, as the default may be too.
 */
export const MODEL_NAME = `${PLAIN_NAME}(@${VERSION})?`;
const isVersion = new RegExp(`^${VERSION}$`);

export interface ModelVersion {
  readonly name: string;
  readonly version: string;
}

/** The name that all versions of the model have. */
export function plainName(name: string): string {
  return name.split("@", 1)[0] as string;
}

/**
 * The name of one version, whichever is the default; undefined if the version cannot be part of a name. There is one
 * version of `faces-haar`.
 */
export function versionName({ name, version }: ModelVersion): string | undefined {
  const plain = plainName(name);
  return plain !== FACES_HAAR && isVersion.test(version) ? `${plain}@${version}` : undefined;
}

/** Identifies a version of a model. */
export function versionKey({ name, version }: ModelVersion): string {
  return `${plainName(name)} ${version}`;
}

/** Whether the model has the name, or is the version that the name is of. */
export function isCalled(model: ModelVersion, name: string): boolean {
  return model.name === name || versionName(model) === name;
}
