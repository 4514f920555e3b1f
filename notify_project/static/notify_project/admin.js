// What was typed and not saved is not left without a question: another button of the
// page, such as Publish, would otherwise throw it away.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[id$='_form']");
  if (!form || form.method !== "post") return;
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("change", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
});
// Past the menu, without an anchor in the address: a form takes that for its open tab.
document.addEventListener("DOMContentLoaded", () => {
  const link = document.querySelector(".notify-skip");
  if (link) link.addEventListener("click", (event) => {
    event.preventDefault();
    const content = document.getElementById("content");
    content.tabIndex = -1;
    content.focus();
  });
});
// The tabs of a form are links without an address: the keyboard passes them over.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form nav a:not([href])").forEach((tab) => {
    tab.setAttribute("role", "button");
    tab.tabIndex = 0;
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      tab.click();
    });
  });
});
// On narrow screens each cell says its column's name, as its head does on wide ones.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("#result_list [data-label]").forEach((cell) => {
    const words = cell.dataset.label.trim();
    cell.dataset.label = words.charAt(0).toUpperCase() + words.slice(1);
  });
});
// The theme's icons are words in a font of icons: nobody is to hear "home Start". Where
// an icon is all that a button has, its word is left to name it.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".material-symbols-outlined").forEach((icon) => {
    const owner = icon.closest("a, button, [role=button]");
    const words = owner && owner.textContent.replace(icon.textContent, "").trim();
    if (owner && !words && !owner.title && !owner.ariaLabel) return;
    icon.setAttribute("aria-hidden", "true");
  });
});
