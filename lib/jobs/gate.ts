/** Lets many in together, or one alone; in the order of asking, so that nobody waits for ever. */
export class Gate {
  readonly #waiting: { readonly alone: boolean; readonly open: () => void }[] = [];
  #inside = 0;
  #isTakenAlone = false;

  /** @returns leaves again; to be called once. */
  async enter(alone: boolean): Promise<() => void> {
    await new Promise<void>((open) => {
      this.#waiting.push({ alone, open });
      this.#admit();
    });
    return () => {
      this.#inside--;
      this.#isTakenAlone = false;
      this.#admit();
    };
  }

  #admit(): void {
    for (let [next] = this.#waiting; next; [next] = this.#waiting) {
      if (this.#isTakenAlone || (next.alone && this.#inside > 0)) return;
      this.#waiting.shift();
      this.#inside++;
      this.#isTakenAlone = next.alone;
      next.open();
    }
  }
}
