/** OpenCV with counted Mats and operations that fail on demand. */
import type { Mat, OpenCv } from "../../lib/vision/opencv.ts";
import { cv as plain } from "./opencv.ts";

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** OpenCV as the pool's threads load it, but instrumented. */
export class MatWatch {
  readonly cv: OpenCv;
  readonly #made = new Set<Mat>();
  readonly #originals = new Map<string, Method>();
  #untilFault = Number.POSITIVE_INFINITY;

  constructor() {
    this.cv = new Proxy(plain, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (name === "Mat") return this.#watchedClass(value);
        const isOperation = name === "decodeImage" || name === "imencode" || name === "getTextSize";
        return isOperation ? this.#watched(value as Method) : value;
      },
    });
    const methods = plain.Mat.prototype as unknown as Record<string, Method>;
    for (const name of Object.keys(methods)) {
      const method = methods[name];
      if (name === "release" || name === "constructor" || typeof method !== "function") continue;
      this.#originals.set(name, method);
      methods[name] = this.#watched(method);
    }
  }

  /** Number of Mats created that still have pixels, according to OpenCV. */
  get live(): number {
    return [...this.#made].filter(({ empty }) => !empty).length;
  }

  /**
   * Repeats the work with the first operation failing, then the second, and so on, until a run completes without the
   * fault.
   * @returns the number of Mats that each run leaked.
   */
  async leftByFaults(work: () => unknown): Promise<number[]> {
    const left: number[] = [];
    for (let nth = 1; ; nth++) {
      this.#made.clear();
      this.#untilFault = nth;
      await Promise.try(work).catch(() => {});
      const isThrough = this.#untilFault > 0;
      this.#untilFault = Number.POSITIVE_INFINITY;
      left.push(this.live);
      if (isThrough) return left;
    }
  }

  restore(): void {
    const methods = plain.Mat.prototype as unknown as Record<string, Method>;
    for (const [name, method] of this.#originals) methods[name] = method;
  }

  #watched(operation: Method): Method {
    const watch = this;
    return function (this: unknown, ...values) {
      watch.#count();
      const result = operation.apply(this, values);
      if (result instanceof plain.Mat) watch.#made.add(result);
      return result;
    };
  }

  #watchedClass(mat: typeof plain.Mat): unknown {
    return new Proxy(mat, {
      construct: (target, values) => {
        this.#count();
        const made: Mat = Reflect.construct(target, values);
        this.#made.add(made);
        return made;
      },
    });
  }

  #count(): void {
    if (--this.#untilFault === 0) throw new Error("a fault of OpenCV");
  }
}
