/** Down from a heading that has the focus leads into the list below it, as the keys of the page say. */
export const leadsDown = (enter: () => void) => (heading: HTMLElement) => {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.target !== heading || event.key !== "ArrowDown" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    enter();
  };
  heading.addEventListener("keydown", onkeydown);
  return () => heading.removeEventListener("keydown", onkeydown);
};
