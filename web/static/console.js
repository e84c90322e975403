// The keys of the lists, and what keeps an open page up to date; every page works without this file.
"use strict";

const LOOK = 15_000, HIDDEN = 120_000, AFTER_A_FAILURE = 60_000; // milliseconds between two looks
const KEYS_OFF = "loa-keys-off";
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const desk = () => document.getElementById("viec");

let place = -1; // of the row that was last in hand, so that the next one follows when it goes
let follows = false; // the focus was in the list that is exchanged, and stays in it
let chosen = []; // keys of the ticked rows, kept over a swap
let timer, looked = Date.now();
let waits = false; // something new is there, and the reader is in the middle of something
let wanted = false; // the reader asked for it

// What only works with this file is hidden until it is here.
function reveal() {
  all("[data-peek], [data-all], [data-help], [data-print]").forEach((each) => { each.hidden = false; });
}

function say(name, shown) {
  const note = one(`[data-${name}]`);
  if (note) note.hidden = !shown;
}

// Rows

const rows = () => all("[data-row]");
const current = () => document.activeElement?.closest("[data-row]") ?? rows()[place];
const titled = (row) => one("[data-title]", row);

function move(step) {
  const found = rows();
  const at = found.indexOf(current());
  titled(found[Math.max(0, Math.min(found.length - 1, at + step))] ?? document.body)?.focus();
}

async function peek(row, open) {
  const button = one("[data-peek]", row), shown = one(".peek", row);
  if (!button || open === Boolean(shown.firstChild)) return;
  if (shown.firstChild) {
    if (shown.contains(document.activeElement)) titled(row).focus();
    shown.replaceChildren();
  } else {
    await htmx.ajax("GET", button.dataset.peek, { target: shown, swap: "innerHTML" });
  }
  button.setAttribute("aria-expanded", String(Boolean(shown.firstChild)));
}

async function approve(row) {
  const button = one("[data-approve]", row);
  if (!button?.hasAttribute("data-read")) return button?.click();
  await peek(row, true);
  one("[data-yes]", row)?.focus();
}

function giveBack(row) {
  const details = one("[data-return]", row);
  if (!details) return;
  details.open = true;
  one("textarea", details).focus();
}

function tick(row) {
  one("input[name=chon]", row)?.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  " ": (row) => peek(row),
  a: approve,
  r: giveBack,
  x: tick,
  "?": () => one("#phim-tat")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat && event.key === "a") return;
  if (event.ctrlKey || event.altKey || event.metaKey || localStorage.getItem(KEYS_OFF)) return;
  if (!rows().length || event.target.closest(TYPING) || one("dialog[open]")) return;
  const press = KEYS[event.key];
  if (!press) return;
  // Everywhere else the space bar belongs to the browser.
  if (event.key === " " && !event.target.matches("[data-title]")) return;
  if (!["j", "k", "?"].includes(event.key) && !current()) return;
  event.preventDefault();
  press(current());
});

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-peek]")) peek(at("[data-row]"));
  else if (at("[data-read]")) { event.preventDefault(); approve(at("[data-row]")); }
  else if (at("[data-help]")) one("#phim-tat").showModal();
  else if (at("[data-print]")) print();
  else if (at("[data-show-news]")) { wanted = true; waits = false; look(); }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "chon-het") {
    all("input[name=chon]").forEach((each) => { each.checked = event.target.checked; });
  } else if (event.target.matches("[data-keys-off]")) {
    event.target.checked ? localStorage.setItem(KEYS_OFF, "1") : localStorage.removeItem(KEYS_OFF);
  }
});

document.addEventListener("focusin", () => {
  const at = rows().indexOf(document.activeElement.closest("[data-row]"));
  if (at >= 0) place = at;
});

// Alive

function later() {
  clearTimeout(timer);
  const failed = !(one("[data-away]")?.hidden ?? true);
  timer = setTimeout(look, document.hidden ? HIDDEN : failed ? AFTER_A_FAILURE : LOOK);
}

function look() {
  looked = Date.now();
  if (desk()?.dataset.stamp && !waits) htmx.trigger(desk(), "look");
  later();
}

// Whether something would be lost, or torn from under the reader's eyes.
function busy() {
  const here = desk(), active = document.activeElement;
  return (here.contains(active) && active.matches(TYPING))
    || all("textarea, input:not([type=checkbox], [type=hidden])", here).some((each) => each.value !== each.defaultValue)
    || all("input[name=chon]", here).some((each) => each.checked)
    || all(".peek", here).some((each) => each.firstChild)
    || all("details[open] form", here).length > 0
    || one("dialog[open]") !== null
    || (!getSelection().isCollapsed && here.contains(getSelection().anchorNode));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - looked > LOOK) look();
  else later();
});

// The buttons stand outside of their form, where htmx does not see which of them was pressed.
document.addEventListener("htmx:configRequest", (event) => {
  const button = event.detail.triggeringEvent?.submitter;
  if (button?.name) event.detail.parameters[button.name] = button.value;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, requestConfig } = event.detail;
  if (xhr.status === 204) return;
  if (new URL(xhr.responseURL).pathname.startsWith("/console/login")) {
    event.detail.shouldSwap = false;
    say("signed-out", true);
    waits = true;
  } else if (target.id === "viec") {
    const asked = requestConfig.verb !== "get" || wanted;
    waits = !asked && busy();
    event.detail.shouldSwap = !waits;
    follows = requestConfig.verb !== "get" || desk().contains(document.activeElement);
    wanted = false;
    say("news", waits);
    chosen = all("input[name=chon]:checked").map((each) => each.value);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  reveal();
  if (event.detail.target?.id !== "viec" && event.detail.elt.id !== "viec") return;
  all("input[name=chon]").forEach((each) => { each.checked = chosen.includes(each.value); });
  document.title = desk().dataset.title ?? document.title;
  if (follows && document.activeElement === document.body && place >= 0) {
    const found = rows();
    (titled(found[Math.min(place, found.length - 1)] ?? document.body) ?? one("main")).focus();
  }
});

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => { wanted = false; say("away", true); });
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) say("away", false);
});

reveal();
const off = one("[data-keys-off]");
if (off) off.checked = Boolean(localStorage.getItem(KEYS_OFF));
if (desk()?.dataset.stamp) {
  document.title = desk().dataset.title;
  later();
}
