/** A matcher for a number that may differ a little between processors. */
export const near = (value: number, by: number) => ({
  asymmetricMatch: (actual: unknown) => typeof actual === "number" && Math.abs(actual - value) <= by,
  toString: () => `${value} ± ${by}`,
});

export const nearBox = (...box: number[]) => box.map((value) => near(value, 8));
