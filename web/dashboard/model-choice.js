/** The part of a form that chooses models and their options. */
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";

/** The model that runs if a request names none. */
const DEFAULT_MODEL = "faces-haar";
const DEFAULT = { name: DEFAULT_MODEL, task: "face-detection" };

const isDefault = ({ name }) => name === DEFAULT_MODEL;
const hasThreshold = (model) => !isDefault(model) && model.task !== "image-classification";
const isClassifier = ({ task }) => task === "image-classification";

/** Options, each with the models that take it. */
const OPTIONS = [
  { name: "minSize", text: "Smallest face, pixels", placeholder: 96, min: 24, max: 10_000, step: 1, takes: isDefault },
  { name: "scaleFactor", text: "Scale factor", placeholder: 1.1, min: 1.01, max: 4, step: 0.01, takes: isDefault },
  { name: "minNeighbors", text: "Overlapping windows", placeholder: 6, min: 0, max: 100, step: 1, takes: isDefault },
  {
    name: "scoreThreshold",
    text: "Lowest score",
    placeholder: "the model's",
    min: 0.05,
    max: 1,
    step: 0.01,
    takes: hasThreshold,
  },
  { name: "topK", text: "Classes", placeholder: 5, min: 1, max: 1000, step: 1, takes: isClassifier },
];

export class ModelChoice {
  #models = [DEFAULT];
  #chosen = new Set([DEFAULT_MODEL]);

  /** @param models The models in the form of `GET /v1/models`. */
  offer(models) {
    const ready = models.filter(({ state }) => state === "ready");
    this.#models = ready.length > 0 ? ready : [DEFAULT];
    const left = ready.filter(({ name }) => this.#chosen.has(name));
    if (left.length === 0) this.#chosen = new Set([this.#models[0].name]);
  }

  /** The query of a request: the filled-in options that the chosen models take. */
  query(form) {
    const models = this.#chosenModels;
    const query = models.length === 1 && isDefault(models[0]) ? {} : { models: models.map(({ name }) => name).join() };
    for (const { name } of this.#options())
      if (form.elements[name].value !== "") query[name] = form.elements[name].value;
    return query;
  }

  get #chosenModels() {
    return this.#models.filter(({ name }) => this.#chosen.has(name));
  }

  #options() {
    return OPTIONS.filter(({ takes }) => this.#chosenModels.some(takes));
  }

  render(update) {
    const choose = (name) => (event) => {
      const { checked } = event.target;
      if (checked) this.#chosen.add(name);
      else if (this.#chosen.size > 1) this.#chosen.delete(name);
      // At least one model is always chosen.
      else event.target.checked = true;
      update();
    };
    return html`
      ${
        this.#models.length > 1
          ? html`<fieldset class="models">
              <legend>Models</legend>
              ${this.#models.map(
                ({ name, task }) => html`<label class="check">
                  <input type="checkbox" .checked=${this.#chosen.has(name)} @change=${choose(name)} />
                  <span>${name} <span class="muted">${task.replaceAll("-", " ")}</span></span>
                </label>`,
              )}
            </fieldset>`
          : nothing
      }
      <details>
        <summary>Options of the models</summary>
        <div class="fields">
          ${repeat(
            this.#options(),
            // The key makes typed text stay with its option.
            ({ name }) => name,
            ({ name, text, placeholder, min, max, step }) => html`<label>
              ${text}
              <input type="number" name=${name} placeholder=${placeholder} min=${min} max=${max} step=${step} />
            </label>`,
          )}
        </div>
      </details>
    `;
  }
}
