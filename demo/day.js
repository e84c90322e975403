// Keeps the page up to date without a reload: what has changed on the server replaces what stands here.
"use strict";

const zone = "Asia/Ho_Chi_Minh";
const fresh = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.id, part.outerHTML]));
let ahead = Number(document.body.dataset.now) - Date.now();

function tick() {
  const time = new Date(Date.now() + ahead);
  document.getElementById("gio").textContent = time.toLocaleTimeString("vi-VN", { timeZone: zone, hour12: false });
}

async function refresh() {
  let answer;
  try {
    answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    document.body.classList.add("away");
    return;
  }
  document.body.classList.remove("away");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  ahead = Number(page.body.dataset.now) - Date.now();
  for (const part of page.querySelectorAll("[data-live]")) {
    if (fresh.get(part.id) === part.outerHTML) continue;
    fresh.set(part.id, part.outerHTML);
    const old = document.getElementById(part.id);
    for (const open of old.querySelectorAll("details[id]")) {
      const same = part.querySelector("#" + CSS.escape(open.id));
      if (same) same.open = open.open;
    }
    old.replaceWith(document.adoptNode(part));
  }
  document.title = page.title;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-here]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  refresh().then(() => {
    const channels = document.getElementById("kenh");
    if (channels.getBoundingClientRect().top < 0 || window.innerWidth < 1100) channels.scrollIntoView();
  });
});
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button");
  button.disabled = true;
  button.textContent = button.dataset.busy;
});
window.addEventListener("popstate", refresh);
setInterval(tick, 1000);
setInterval(refresh, 3000);
tick();
