import { Semaphore } from "async-mutex";

/** Room for the images of jobs that a node has at detectors. Whoever wants some takes it for a whole parcel. */
export class ImageRoom {
  readonly #free: Semaphore;
  readonly #ofParcel: number;

  /** @param images Room in total. @param ofParcel At most as much. */
  constructor(images: number, ofParcel: number) {
    this.#free = new Semaphore(images);
    this.#ofParcel = ofParcel;
  }

  /** Waits for room for a parcel, in the order of the calls. */
  async take(): Promise<TakenRoom> {
    await this.#free.acquire(this.#ofParcel);
    return new TakenRoom(this.#free, this.#ofParcel);
  }
}

export class TakenRoom {
  readonly #free: Semaphore;
  #images: number;

  constructor(free: Semaphore, images: number) {
    this.#free = free;
    this.#images = images;
  }

  /** How many images it is for. */
  get images(): number {
    return this.#images;
  }

  /** Gives back what is beyond `images`: a parcel has fewer if they are large or slow. */
  shrink(images: number): void {
    const unneeded = this.#images - images;
    if (unneeded <= 0) return;
    this.#images = images;
    this.#free.release(unneeded);
  }

  /** Gives back all of it. */
  [Symbol.dispose](): void {
    this.shrink(0);
  }
}
