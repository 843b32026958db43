/** The fields of an operation's form. `request.js` reads them by their names. */
import { inline } from "../dashboard/inline.js";
import { html, nothing } from "../dashboard/vendor/lit-html/lit-html.js";

/**
 * @param given Initial values of the path's parameters, by name. Other parameters are left empty, because a link from
 *   somebody else must not fill in what is easily overlooked.
 */
export function parameterFields(operation, given) {
  const of = (...places) => operation.parameters.filter((parameter) => places.includes(parameter.in));
  const [main, headers] = [of("path", "query"), of("header")];
  const { answers } = operation;
  return html`
    ${
      main.length > 0 || answers.length > 1
        ? html`<fieldset class="parameters">
            <legend>Parameters</legend>
            ${main.map((parameter) => parameterField(parameter, parameter.in === "path" ? given[parameter.name] : undefined))}
            ${answers.length > 1 ? acceptField(answers) : nothing}
          </fieldset>`
        : nothing
    }
    ${
      headers.length > 0
        ? html`<details>
            <summary>Headers</summary>
            <div class="parameters">${headers.map((parameter) => parameterField(parameter))}</div>
          </details>`
        : nothing
    }
  `;
}

/** What a path's parameter may be: `.` and `..` would address the parent, as `segmentOf` in `request.js` says. */
const SEGMENT = "(?!\\.{1,2}$).*";

/** A label, a description and the field. */
function parameterField({ name, in: place, required = false, description, schema }, given) {
  const pattern = place === "path" ? SEGMENT : nothing;
  const field = { name: `${place}.${name}`, id: `${place}-${name}`, required, pattern };
  return html`<div class="field">
    <label for=${field.id}><code>${name}</code>${required ? html` <span class="muted">required</span>` : nothing}</label>
    ${inputOf(field, schema, given)}
    <p class="muted" id="${field.id}-about">${inline(description ?? schema.description ?? "")}</p>
  </div>`;
}

function inputOf({ name, id, required, pattern }, schema, given) {
  const about = `${id}-about`;
  const values = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : undefined);
  if (values)
    return html`<select name=${name} id=${id} ?required=${required} aria-describedby=${about}>
      <option value="">${schema.default === undefined ? "–" : `– (${schema.default})`}</option>
      ${values.map((value) => html`<option ?selected=${value === given}>${value}</option>`)}
    </select>`;
  const isNumber = schema.type === "integer" || schema.type === "number";
  return html`<input
    name=${name}
    id=${id}
    type=${isNumber ? "number" : "text"}
    step=${isNumber ? (schema.type === "integer" ? 1 : "any") : nothing}
    min=${schema.minimum ?? nothing}
    max=${schema.maximum ?? nothing}
    maxlength=${schema.maxLength ?? nothing}
    pattern=${pattern}
    title=${pattern === nothing ? nothing : "Not . or .., which would address what is above."}
    placeholder=${schema.default ?? nothing}
    value=${given ?? ""}
    ?required=${required}
    autocomplete="off"
    spellcheck="false"
    aria-describedby=${about}
  />`;
}

const acceptField = (answers) => html`<div class="field">
  <label for="accept"><code>Accept</code></label>
  <select name="accept" id="accept" aria-describedby="accept-about">
    ${answers.map((type) => html`<option>${type}</option>`)}
  </select>
  <p class="muted" id="accept-about">The form of the answer.</p>
</div>`;

/** @param type Media type of the body, undefined for none. @param choose Called when another type is chosen. */
export function bodyFields({ bodies, needsBody }, type, choose) {
  if (bodies.length === 0) return nothing;
  const body = bodies.find((one) => one.type === type);
  return html`<fieldset>
    <legend>Body</legend>
    <div class="field">
      <label for="body">Type</label>
      <select name="body" id="body" @change=${({ target }) => choose(target.value || undefined)}>
        ${bodies.map((one) => html`<option value=${one.type} ?selected=${one === body}>${one.type}</option>`)}
        ${needsBody ? nothing : html`<option value="" ?selected=${body === undefined}>none</option>`}
      </select>
    </div>
    ${body ? contentFields(body) : nothing}
  </fieldset>`;
}

function contentFields({ type, schema, example }) {
  if (type === "multipart/form-data")
    return Object.entries(schema.properties).map(([name, { type, description }]) =>
      fileField(`part.${name}`, name, type === "array", description),
    );
  if (type !== "application/json") return fileField("file", "file", false, `Sent as it is, as \`${type}\`.`);
  return html`<div class="field">
    <label for="text">JSON</label>
    <textarea name="text" id="text" rows="8" spellcheck="false" .value=${JSON.stringify(example, null, 2)}></textarea>
  </div>`;
}

const fileField = (name, label, isMultiple, about) => html`<div class="field">
  <label for=${name}><code>${label}</code></label>
  <input type="file" name=${name} id=${name} ?multiple=${isMultiple} aria-describedby="${name}-about" />
  <p class="muted" id="${name}-about">${inline(about ?? "")}</p>
</div>`;
