/** Images that are dropped anywhere on the page. */

const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files") ?? false;

/**
 * Without this, the browser would leave the page for a dropped file.
 * @param onDrop Called with the files.
 */
export function followDrops(onDrop) {
  const { classList } = document.documentElement;
  /** Number of nested elements that contain the pointer: entering one is reported before leaving the other. */
  let depth = 0;
  const show = (change) => (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + change);
    classList.toggle("dragging", depth > 0);
  };
  addEventListener("dragenter", show(1));
  addEventListener("dragleave", show(-1));
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    classList.remove("dragging");
    onDrop([...event.dataTransfer.files]);
  });
}
