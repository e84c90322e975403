// Saves what is being written, and keeps it on this machine for as long as the server does not have it.
"use strict";

{
  const SOON = 3_000, AGAIN = 10_000, PATIENCE = 15_000; // milliseconds
  const NOT_TYPED = ["version", "page", "csrfmiddlewaretoken"];
  const form = document.querySelector("[data-draft]");
  const here = (name) => document.querySelector(`[data-${name}]`);
  const MINE = `loa-draft-${form.dataset.who}-${form.dataset.draft}-`;
  let timer, saving = null; // what is on its way to the server
  let passed = false; // the server has all of it: the form may go
  let offered = null; // the key of what an earlier page left behind, until its writer has decided
  let held = "held" in form.dataset; // another's version is newer: only a person saves over it

  const fields = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const words = () => fields().filter(([name]) => !NOT_TYPED.includes(name));
  const typed = () => JSON.stringify(words());
  const page = form.elements.page.value;
  const key = MINE + page;
  let stored = held ? null : typed(); // what the server has

  function keep() {
    if (offered) return;
    if (typed() === stored) return localStorage.removeItem(key);
    const based = { version: form.elements.version.value, page: form.elements.page.value };
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), said: words(), based }));
    } catch {
      // A full or a forbidden store: the server is then the only keeper.
    }
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function say(name, shown) {
    here(name).hidden = !shown;
  }

  function save() {
    if (held || typed() === stored) return saving;
    saving ??= send(typed()).finally(() => { saving = null; });
    return saving;
  }

  async function send(sent) {
    try {
      const answer = await fetch(form.dataset.keep, {
        method: "POST",
        body: new URLSearchParams(fields()),
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      const { ok, status } = answer;
      if (ok || status === 409 || status === 422) await settle(answer, sent);
      else if (status >= 500) await Promise.reject(new Error(status));
      else if (status !== 400 && status !== 404) say("ended", true);
      say("long", status === 400); // more than any server takes
      say("gone", status === 404);
      say("away", false);
    } catch {
      say("away", true);
      later(AGAIN);
    }
  }

  async function settle(answer, sent) {
    const { version, said, problem } = await answer.json();
    held = answer.status === 409;
    here("trouble").textContent = answer.ok ? problem : said;
    if (!answer.ok) return;
    form.elements.version.value = version;
    for (const other of document.querySelectorAll("[data-version]")) other.value = version;
    here("saved").textContent = said;
    stored = sent;
    keep();
    if (typed() !== stored) later(SOON);
  }

  function changed() {
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, SOON);
  }

  // What an earlier page of this draft could not save.
  function leftBehind() {
    const found = Object.keys(localStorage).filter((each) => each.startsWith(MINE)).map((each) => {
      const copy = JSON.parse(localStorage.getItem(each));
      return { each, copy, same: JSON.stringify(copy.said) === typed() };
    });
    found.filter(({ same }) => same).forEach(({ each }) => localStorage.removeItem(each));
    return found.filter(({ same }) => !same).sort((one, other) => other.copy.at - one.copy.at)[0];
  }

  function take(copy) {
    for (const [name, value] of copy.said) if (form.elements[name]) form.elements[name].value = value;
    // What it was based on goes with it: who was faster in the meantime is not written over.
    form.elements.version.value = copy.based.version;
    form.elements.page.value = copy.based.page;
    form.dispatchEvent(new Event("loa:restored"));
    held = false;
    changed();
  }

  const left = leftBehind();
  if (held) keep();
  else if (left) {
    offered = left.each;
    here("offered").textContent = new Date(left.copy.at).toLocaleString("vi-VN", { dateStyle: "short", timeStyle: "short" });
    say("offer", true);
    const decide = (taken) => {
      localStorage.removeItem(offered);
      offered = null;
      say("offer", false);
      if (taken) take(left.copy);
      else if (typed() !== stored) changed();
      form.elements.title.focus();
    };
    here("take").addEventListener("click", () => decide(true));
    here("leave").addEventListener("click", () => decide(false));
  }

  // A form goes only when nothing is left that its going could lose; what another was faster with goes to be compared.
  form.addEventListener("submit", async (event) => {
    if (passed || typed() === stored) return;
    event.preventDefault();
    clearTimeout(timer);
    await saving;
    held = false;
    await save();
    if (!held && typed() !== stored) return;
    passed = true;
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("pageshow", () => { passed = false; });

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => save());
}
