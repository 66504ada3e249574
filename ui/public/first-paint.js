// Before the first paint: the colours and size that were chosen last time, so that nothing flashes.
(function () {
  try {
    var chosen = JSON.parse(localStorage.getItem("appearance") || "{}");
    if (chosen.theme === "light" || chosen.theme === "dark") document.documentElement.dataset.theme = chosen.theme;
    if (chosen.textSize > 100 && chosen.textSize <= 200) document.documentElement.style.zoom = String(chosen.textSize / 100);
  } catch {
    // Nothing was chosen, or it cannot be read: the system's colours.
  }
})();
