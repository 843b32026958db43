/** Shows descriptions of the API document as text. Supports only paragraphs, code and emphasis of Markdown. */
import { inline } from "../dashboard/inline.js";
import { html } from "../dashboard/vendor/lit-html/lit-html.js";

export const paragraphs = (text) => text.split("\n\n").map((paragraph) => html`<p>${inline(paragraph)}</p>`);
