// Sets the theme before the first paint. A file of its own because the page's policy forbids inline scripts.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("parley.theme") ?? "system";
  } catch {
    // Storage is blocked: the system's wish counts.
  }
  const wants = (query) => matchMedia(query).matches;
  const system = wants("(prefers-contrast: more)")
    ? "contrast"
    : wants("(prefers-color-scheme: dark)")
      ? "dark"
      : "light";
  const theme = ["light", "dark", "contrast"].includes(choice) ? choice : system;
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.style.colorScheme = theme === "light" ? "light" : "dark";
})();
