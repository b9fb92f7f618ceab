// Dragging over the histogram zooms into that time; pointing at a bar tells its numbers.
"use strict";

(() => {
  const LEAST = 6;
  let from = null;

  const chart = (target) => target.closest?.("[data-zoom]");
  const share = (svg, event) => {
    const box = svg.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  };
  const brush = (svg, a, b) => {
    const rect = svg.querySelector(".brush");
    rect.setAttribute("x", `${Math.min(a, b) * 100}%`);
    rect.setAttribute("width", `${Math.abs(a - b) * 100}%`);
  };
  // Whole bars: the numbers of what is shown then are those that were seen.
  const moment = (bar) => {
    const { start, step } = document.getElementById("list").dataset;
    return new Date(Math.round(Number(start) + bar * Number(step)) * 1000).toISOString().replace(".000Z", "Z");
  };

  document.addEventListener("pointerdown", (event) => {
    const svg = chart(event.target);
    if (!svg || event.button || event.pointerType === "touch") return;
    from = { svg, share: share(svg, event), x: event.clientX, dragged: false };
    event.preventDefault();
  });

  document.addEventListener("pointermove", (event) => {
    tip(event);
    if (!from) return;
    if (Math.abs(event.clientX - from.x) >= LEAST) from.dragged = true;
    if (from.dragged) brush(from.svg, from.share, share(from.svg, event));
  });

  document.addEventListener("pointerup", (event) => {
    if (!from) return;
    const { svg, share: a, dragged } = from;
    from = null;
    if (!dragged) return;
    const b = share(svg, event);
    // The click that ends a drag must not open a bar.
    addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    setTimeout(() => zoom(Math.min(a, b), Math.max(a, b)), 0);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !from) return;
    brush(from.svg, 0, 0);
    from = null;
  });

  const zoom = (a, b) => {
    const url = new URL(location.href);
    for (const gone of ["range", "before", "after", "event", "tab", "live", "view"]) url.searchParams.delete(gone);
    const bars = Number(document.getElementById("list").dataset.bars);
    url.searchParams.set("since", moment(Math.floor(a * bars)));
    url.searchParams.set("until", moment(Math.ceil(b * bars)));
    const link = document.createElement("a");
    link.href = url.pathname + url.search;
    document.getElementById("list").append(link);
    htmx.process(link);
    link.click();
  };

  const tip = (event) => {
    const place = document.querySelector(".plot-tip");
    if (!place) return;
    const bar = event.target.closest?.(".bar");
    place.hidden = !bar;
    if (bar) place.textContent = bar.dataset.tip;
  };
})();
