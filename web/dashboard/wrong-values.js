/** Wrong values in parts of a form that are closed. */

/**
 * Opens the part of a form that has a wrong value. The browser shows nothing for a field that it cannot focus, and does
 * not send the form either.
 */
export const showWrongValues = () =>
  addEventListener(
    "invalid",
    ({ target }) => {
      const part = target.closest("details");
      if (part) part.open = true;
    },
    // This event does not bubble.
    true,
  );
