/**
 * Environment variables by which moleculer-runner would replace these options: NAMESPACE for `namespace`, TRACKING_ENABLED
 * for `tracking.enabled`. Pure.
 */
export function variablesOf(options: object, prefix = ""): string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    const name = `${prefix}${key}`.toUpperCase();
    return isPlain(value) ? [name, ...variablesOf(value, `${name}_`)] : [name];
  });
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
