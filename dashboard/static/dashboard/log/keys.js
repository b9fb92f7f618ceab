// Keys: / searches, j and k walk through the events, Enter opens one, f filters, l follows, Esc closes.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll("#list .event-row")];
  const current = () => document.activeElement?.closest?.(".event-row");
  const writing = (target) => target.matches("input:not([type=checkbox]), textarea, select") || target.isContentEditable;

  const walk = (step) => {
    const all = rows();
    const place = all.indexOf(current() ?? document.querySelector(".event-row.at"));
    const next = all[Math.min(Math.max(place + step, 0), all.length - 1)];
    if (!next) return;
    for (const row of all) row.classList.toggle("at", row === next);
    next.querySelector("[data-open]").focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const narrow = () => {
    const first = document.querySelector(".opened-row .fact-tools a") ?? document.querySelector("#facets a");
    first?.focus();
  };

  const close = () => {
    const open = document.querySelector("[data-open][aria-expanded=true]");
    if (!open) return document.activeElement?.blur();
    document.dispatchEvent(new CustomEvent("log:toggle", { detail: open.closest("tr") }));
    open.focus();
  };

  const KEYS = {
    "/": () => {
      const box = document.getElementById("log-search");
      box.focus();
      box.select();
    },
    j: () => walk(1),
    k: () => walk(-1),
    f: narrow,
    l: () => document.getElementById("log-live")?.click(),
    "?": () => document.getElementById("log-keys").showModal(),
    Escape: close,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && (event.defaultPrevented || document.querySelector("details.menu[open]"))) return;
    if (writing(event.target) && event.key !== "Escape") return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) document.getElementById("log-keys").showModal();
  });
})();
