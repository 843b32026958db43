/** Descriptions of the API document as text: paragraphs, code and emphasis, of all that Markdown has. */
import { html } from "../dashboard/vendor/lit-html/lit-html.js";

/** A line of text. */
export const inline = (text) =>
  text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((piece) =>
      piece.startsWith("`")
        ? html`<code>${piece.slice(1, -1)}</code>`
        : piece.startsWith("**")
          ? html`<strong>${piece.slice(2, -2)}</strong>`
          : piece,
    );

export const paragraphs = (text) => text.split("\n\n").map((paragraph) => html`<p>${inline(paragraph)}</p>`);
