// The page follows what happens: it asks for news, shows them by itself at the top, or says how many there are.
"use strict";

(() => {
  const EVERY = 2000;
  const list = () => document.getElementById("list");
  const busy = () =>
    scrollY > 240 ||
    document.querySelector("[data-open][aria-expanded=true], .value-menu:not([hidden]), details.menu[open], dialog[open]") ||
    document.activeElement?.matches("input, select, textarea");

  const show = (words, count) => {
    const button = document.getElementById("log-news");
    if (!button) return;
    button.hidden = !count;
    button.textContent = `${words} new event${count === 1 ? "" : "s"}`;
    if (count) document.getElementById("log-said").textContent = button.textContent;
  };

  const look = async () => {
    const page = list();
    const mode = page?.dataset.live;
    if (!mode || document.hidden || new URLSearchParams(location.search).has("after")) return;
    const query = new URLSearchParams(location.search);
    query.set("place", page.dataset.place);
    const answer = await fetch(`${page.dataset.news}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || page !== list()) return;
    const { count, words } = await answer.json();
    if (!count) return;
    show(words, count);
    if (mode === "on" && !busy()) document.getElementById("log-news").click();
  };

  // Who presses a key on what is gone afterwards goes on from the count of what is shown.
  let byKey = false;
  document.addEventListener("click", (event) => {
    byKey = event.detail === 0;
  }, true);

  let place = 0;
  document.addEventListener("htmx:beforeSwap", () => {
    place = Number(list()?.dataset.place || 0);
  });
  document.addEventListener("htmx:afterSwap", () => {
    const page = list();
    if (!page) return;
    document.getElementById("log-said").textContent = page.dataset.said;
    if (byKey && document.activeElement === document.body) document.getElementById("histogram-title").focus();
    if (!page.dataset.live) return;
    for (const row of page.querySelectorAll(".event-row")) {
      if (place && Number(row.dataset.place) > place) row.classList.add("fresh");
    }
  });

  // The browser's own zone, by its name, so that whoever gets the link sees the same.
  const zone = () => {
    const link = document.querySelector("[data-zone]");
    const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!link || !name) return;
    const url = new URL(link.href);
    url.searchParams.set("zone", name);
    link.href = url.pathname + url.search;
  };
  document.addEventListener("DOMContentLoaded", zone);
  document.addEventListener("htmx:load", zone);

  setInterval(look, EVERY);
})();
