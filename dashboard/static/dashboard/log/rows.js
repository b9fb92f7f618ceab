// Rows unfold in place, values are clicked to filter by them, and texts are copied.
"use strict";

(() => {
  const here = () => new URL(location.href);

  const keep = (url) => {
    // What is open belongs to the address, but is no step of its own to go back to.
    history.replaceState(history.state, "", url);
  };

  const shut = (row) => {
    const below = row.nextElementSibling;
    if (below?.matches(".opened-row")) below.remove();
    row.querySelector("[data-open]").setAttribute("aria-expanded", "false");
  };

  const unfold = async (row) => {
    const link = row.querySelector("[data-open]");
    const url = here();
    const uuid = row.id.replace("event-", "");
    for (const other of document.querySelectorAll("[data-open][aria-expanded=true]")) shut(other.closest("tr"));
    url.searchParams.set("event", uuid);
    url.searchParams.delete("tab");
    link.setAttribute("aria-expanded", "true");
    const below = document.createElement("tr");
    below.className = "opened-row";
    const cell = below.insertCell();
    cell.colSpan = row.cells.length;
    cell.textContent = "…";
    row.after(below);
    const answer = await fetch(row.dataset.parts + url.search, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!below.isConnected) return;
    if (!answer?.ok) {
      location.href = url;
      return;
    }
    cell.innerHTML = await answer.text();
    htmx.process(cell);
    for (const part of cell.querySelectorAll(".needs-script")) part.hidden = false;
    keep(url);
  };

  const toggle = (row) => {
    if (row.querySelector("[data-open]").getAttribute("aria-expanded") !== "true") return unfold(row);
    shut(row);
    const url = here();
    url.searchParams.delete("event");
    url.searchParams.delete("tab");
    keep(url);
  };

  // A small menu beside the value: for it, without it, copy it.
  const menu = document.createElement("div");
  menu.className = "value-menu";
  menu.hidden = true;

  const filtered = (value, name) => {
    const url = here();
    for (const gone of ["before", "after", "event", "tab", "view"]) url.searchParams.delete(gone);
    url.searchParams.append(name, `${value.dataset.field}:${value.dataset.value}`);
    return url.pathname + url.search;
  };

  const entry = (text, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => {
      menu.hidden = true;
      act();
    });
    return button;
  };

  const go = (address) => {
    const link = document.createElement("a");
    link.href = address;
    document.getElementById("list").append(link);
    htmx.process(link);
    link.click();
  };

  const offer = (value) => {
    menu.replaceChildren(
      entry("Filter for it", () => go(filtered(value, "is"))),
      entry("Filter it out", () => go(filtered(value, "not"))),
      entry("Copy", () => copy(value.dataset.value)),
    );
    value.closest("td").append(menu);
    menu.style.top = `${value.offsetTop + value.offsetHeight + 2}px`;
    menu.style.left = `${value.offsetLeft}px`;
    menu.hidden = false;
  };

  const copy = (text) => navigator.clipboard?.writeText(text);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      copy(button.dataset.copy.replace("{origin}", location.origin));
      button.classList.add("copied");
      setTimeout(() => button.classList.remove("copied"), 1200);
      return;
    }
    const value = event.target.closest(".events [data-field]");
    const inMenu = event.target.closest(".value-menu");
    if (!inMenu) menu.hidden = true;
    if (value) return offer(value);
    const link = event.target.closest("[data-open]");
    const row = event.target.closest(".event-row");
    if (!row || inMenu || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (!link && (event.target.closest("a, button") || String(getSelection()))) return;
    event.preventDefault();
    event.stopPropagation();
    toggle(row);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.hidden = true;
  });
  document.addEventListener("log:toggle", (event) => toggle(event.detail));
})();
