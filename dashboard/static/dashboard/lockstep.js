// What HTML and htmx leave open: menus that close, and ticking all rows at once.
"use strict";

// Lists follow what is typed and chosen: their own buttons are for pages without this script.
document.documentElement.classList.add("has-script");

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  for (const box of event.target.form.querySelectorAll("[name=selected]")) box.checked = event.target.checked;
});

const reveal = (root) => {
  for (const part of root.querySelectorAll(".needs-script")) part.hidden = false;
};
document.addEventListener("htmx:load", (event) => reveal(event.target));
document.addEventListener("DOMContentLoaded", () => reveal(document));
