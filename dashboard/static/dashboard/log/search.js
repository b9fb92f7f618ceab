// The search box completes what is being written and says at which character it goes wrong.
"use strict";

(() => {
  const DELAY = 120;
  let timer = 0;
  let asked = 0;

  const box = () => document.getElementById("log-search");
  const list = () => document.getElementById("log-suggestions");
  const options = () => [...list().querySelectorAll("[role=option]")];
  const chosen = () => list().querySelector("[aria-selected=true]");

  const close = () => {
    clearTimeout(timer);
    asked += 1;
    list().hidden = true;
    box().setAttribute("aria-expanded", "false");
    box().removeAttribute("aria-activedescendant");
  };

  const choose = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    option.scrollIntoView({ block: "nearest" });
    box().setAttribute("aria-activedescendant", option.id);
  };

  const take = (option) => {
    const { text, start, end } = option.dataset;
    box().setRangeText(text, Number(start), Number(end), "end");
    box().focus();
    ask();
  };

  const ask = async () => {
    const input = box();
    const mine = (asked += 1);
    if (!input.value.trim()) return close();
    const query = new URLSearchParams({ text: input.value, at: input.selectionStart });
    const answer = await fetch(`${input.parentElement.dataset.suggestions}?${query}`, {
      headers: { "HX-Request": "true" },
    }).catch(() => null);
    if (!answer?.ok || mine !== asked || input !== box()) return;
    list().innerHTML = await answer.text();
    list().hidden = !list().childElementCount;
    input.setAttribute("aria-expanded", String(options().length > 0));
  };

  const prepare = () => {
    const input = box();
    if (!input || input.hasAttribute("role")) return;
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-controls", "log-options"],
      ["aria-expanded", "false"],
    ]) input.setAttribute(name, value);
  };

  document.addEventListener("input", (event) => {
    if (event.target !== box()) return;
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY);
  });

  document.addEventListener("keydown", (event) => {
    if (event.target !== box() || list().hidden) return;
    const all = options();
    const place = all.indexOf(chosen());
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (all.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[place < 0 && step < 0 ? all.length - 1 : (place + step + all.length) % all.length]);
    } else if (all.length && (event.key === "Tab" || (event.key === "Enter" && chosen()))) {
      if (event.shiftKey) return;
      event.preventDefault();
      take(chosen() || all[0]);
    }
  }, true);

  document.addEventListener("submit", (event) => {
    if (event.target.contains(box())) close();
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("#log-suggestions [role=option]");
    if (option) {
      event.preventDefault();
      take(option);
    } else if (box() && !event.target.closest(".search")) close();
  });
  document.addEventListener("DOMContentLoaded", prepare);
  document.addEventListener("htmx:load", prepare);
})();
