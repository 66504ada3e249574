// Shows what is typed, and marks when it is in the page as the program marks its rows.
const [field, shown] = [document.querySelector("input"), document.querySelector("output")];
field.addEventListener("input", () => {
  shown.textContent = field.value;
  performance.clearMarks("rows");
  performance.mark("rows");
});
