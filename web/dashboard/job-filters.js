/** Filters and order of the list of jobs. They are in the address, so that Back and links keep them, and in a form. */
import { choice } from "./parts.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { fromInput, toInput, zoneName } from "./zone.js";

export const STATES = [
  ["", "All"],
  ["created,queued,running", "In progress"],
  ["succeeded", "Succeeded"],
  ["partially_failed", "Partly failed"],
  ["failed", "Failed"],
  ["cancelled", "Cancelled"],
];
const SORTS = [
  ["", "newest first"],
  ["createdAt", "oldest first"],
  ["-priority", "highest priority first"],
  ["priority", "lowest priority first"],
];
/** Names of the API's parameters. */
const NAMES = ["idPrefix", "state", "model", "labels", "owner", "createdFrom", "createdBefore", "sort"];
const LEAST_ID = 4;
/** A label with or without a value, in which a comma is `\,`. */
const LABEL = "[\\w.\\-]+(:(\\\\[\\\\,]|[^,])*)?";
const WIDE = "(min-width: 53.8125em)";

/** The filters in the address. Other parameters are ignored. */
export function filtersOf(query) {
  return Object.fromEntries(NAMES.filter((name) => query[name]).map((name) => [name, query[name]]));
}

/** The address of the list with these filters. */
export function jobsHash(filters, cursor) {
  const given = Object.entries({ ...filters, cursor }).filter(([, value]) => value);
  return given.length === 0 ? "#/jobs" : `#/jobs?${new URLSearchParams(given)}`;
}

export const isFiltered = ({ sort: _sort, ...filters }) => Object.keys(filters).length > 0;

/** The values of the form, with the state, which is chosen by buttons. */
function read(form, state) {
  const { idPrefix, labels, model, owner, createdFrom, createdBefore, sort } = form.elements;
  const values = {
    idPrefix: idPrefix.value.trim().toLowerCase(),
    state,
    model: model.value,
    labels: labels.value.trim(),
    owner: owner?.value,
    createdFrom: fromInput(createdFrom.value),
    createdBefore: fromInput(createdBefore.value),
    sort: sort.value,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

const option = (value, text, chosen) => html`<option value=${value} .selected=${value === chosen}>${text}</option>`;

/** A select box with the known values, and the one in the address. */
function select(name, first, known, chosen = "") {
  const values = known.some(([value]) => value === chosen) || chosen === "" ? known : [...known, [chosen, chosen]];
  return html`<select name=${name}>
    ${option("", first, chosen)} ${values.map(([value, text]) => option(value, text, chosen))}
  </select>`;
}

/**
 * @param known `models` and, for an administrator, `owners`, as pairs of values and texts.
 * @param change Called with the filters that were chosen.
 */
export function filterForm(filters, { models, owners }, change) {
  const isWide = matchMedia(WIDE).matches;
  const { state: chosen = "", idPrefix: _idPrefix, sort: _sort, ...more } = filters;
  const changed = (form, state) => {
    if (form.reportValidity()) change(read(form, state));
  };
  return html`<form
    class="filters"
    role="search"
    aria-label="Jobs"
    @change=${({ currentTarget }) => changed(currentTarget, chosen)}
    @submit=${(event) => {
      event.preventDefault();
      changed(event.currentTarget, chosen);
    }}
  >
    ${
      // A tap chooses before the page has the filters that were typed until then.
      choice("State", STATES, chosen, (state, { form }) => changed(form, state))
    }
    <div class="fields">
      <label>
        Id
        <input
          type="search"
          name="idPrefix"
          .value=${filters.idPrefix ?? ""}
          placeholder="or its beginning"
          minlength=${LEAST_ID}
          maxlength="64"
          pattern="\\s*[0-9a-zA-Z\\-]+\\s*"
          title="At least four characters of an id"
          autocomplete="off"
          spellcheck="false"
        />
      </label>
      <label>
        Sorted
        <select name="sort">${SORTS.map(([value, text]) => option(value, text, filters.sort ?? ""))}</select>
      </label>
    </div>
    <details ?open=${isWide || Object.keys(more).length > 0}>
      <summary>More filters</summary>
      <div class="fields">
        <label>Model ${select("model", "any", models, filters.model)}</label>
        <label>
          Labels
          <input
            type="search"
            name="labels"
            .value=${filters.labels ?? ""}
            placeholder="album:summer"
            pattern=${`\\s*${LABEL}(,${LABEL})*\\s*`}
            title="key or key:value, several separated by commas. A comma in a value is \\,"
            autocomplete="off"
          />
        </label>
        ${owners ? html`<label>Owner ${select("owner", "any", owners, filters.owner)}</label>` : nothing}
        <label>
          Created from, ${zoneName()}
          <input type="datetime-local" name="createdFrom" .value=${toInput(filters.createdFrom)} />
        </label>
        <label>
          Created before, ${zoneName()}
          <input type="datetime-local" name="createdBefore" .value=${toInput(filters.createdBefore)} />
        </label>
      </div>
    </details>
    ${
      isFiltered(filters)
        ? html`<button type="button" class="link" @click=${() => change({ sort: filters.sort })}>Clear all filters</button>`
        : nothing
    }
  </form>`;
}
