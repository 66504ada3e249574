/** Shows what is chosen in a list to open: `<select {@attach shows(value, options)}>`, anew whenever either changes. */
export function shows(value: string | number, _options?: unknown): (select: HTMLSelectElement) => void {
  return (select) => {
    select.value = String(value);
  };
}
