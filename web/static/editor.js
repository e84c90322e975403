// Writing with looks: a region to type in over a plain field, into which its HTML is kept; what is pasted comes clean.
"use strict";

{
  const PATIENCE = 15_000; // milliseconds
  const EMPTY = "<p><br></p>";
  const field = document.querySelector("textarea[data-html]");
  const editor = document.querySelector("[data-editor]");
  const form = field.form;
  const part = (selector) => editor.querySelector(selector);
  const region = part("[contenteditable]"), bar = part("[role=toolbar]"), box = part("[data-link]"), address = box.querySelector("input");
  const buttons = [...bar.querySelectorAll("button")];
  let kept = null; // the selection, while the focus is elsewhere
  let pasting = 0; // what was pasted and is not there yet
  let going = null; // what pressed "send" meanwhile

  const run = (command, value = null) => document.execCommand(command, false, value);
  const heading = () => /^h[1-6]$/i.test(document.queryCommandValue("formatBlock"));
  const inside = () => region.contains(getSelection().anchorNode);
  const linked = () => inside() ? getSelection().anchorNode.parentElement.closest("a[href]") : null;

  // The plain field keeps what stands in the region.
  function keep() {
    field.value = region.textContent.trim() || region.querySelector("img, hr") ? region.innerHTML : "";
    form.elements.markup.value = "html";
  }

  function fill(html) {
    region.innerHTML = html || EMPTY;
    keep();
  }

  function asParagraphs(text) {
    const holder = document.createElement("div");
    for (const line of text.split(/\n+/).filter((each) => each.trim())) {
      holder.appendChild(document.createElement("p")).textContent = line;
    }
    return holder.innerHTML;
  }

  // Selection

  function hold() {
    kept = inside() ? getSelection().getRangeAt(0).cloneRange() : kept;
  }

  function back() {
    region.focus();
    if (!kept) return;
    getSelection().removeAllRanges();
    getSelection().addRange(kept);
    kept = null;
  }

  function show() {
    if (!inside()) return;
    for (const button of buttons.filter((each) => each.hasAttribute("aria-pressed"))) {
      const { do: command } = button.dataset;
      button.setAttribute("aria-pressed", String(command === "heading" ? heading() : document.queryCommandState(command)));
    }
  }

  // Tools

  function press(button) {
    const { do: command } = button.dataset;
    if (command === "link") return ask();
    region.focus();
    if (command === "heading") run("formatBlock", heading() ? "p" : "h2");
    else run(command);
    show();
  }

  function ask() {
    const link = linked();
    if (link) getSelection().selectAllChildren(link);
    hold();
    address.value = link?.getAttribute("href") ?? "";
    open(true);
    address.focus();
  }

  function open(shown) {
    box.hidden = !shown;
    bar.querySelector("[data-do=link]").setAttribute("aria-expanded", String(shown));
  }

  function put() {
    const written = address.value.trim();
    if (!written) return address.focus();
    const href = /^(https?:|mailto:|tel:)/i.test(written) ? written : `https://${written}`;
    open(false);
    back();
    if (!getSelection().isCollapsed) return run("createLink", href);
    run("insertText", href);
    for (let letter = 0; letter < href.length; letter++) getSelection().modify("extend", "backward", "character");
    run("createLink", href);
    getSelection().collapseToEnd();
  }

  bar.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays where it is
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) press(button);
  });
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement), last = buttons.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") back();
    if (to === undefined) return;
    event.preventDefault();
    buttons.forEach((each, place) => { each.tabIndex = place === to ? 0 : -1; });
    buttons[to].focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { open(false); back(); }
    if (event.key !== "Enter" || event.target !== address) return;
    event.preventDefault(); // and not the whole form
    put();
  });
  box.querySelector("[data-link-put]").addEventListener("click", put);
  box.querySelector("[data-link-off]").addEventListener("click", () => { open(false); back(); run("unlink"); });

  // Pasting

  async function cleaned(html) {
    const body = new URLSearchParams({
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
      html: html.replace(/\ssrc=(["'])data:.*?\1/g, ""), // pictures within text: many megabytes, and never taken
    });
    const answer = await fetch(editor.dataset.paste, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    const said = await answer.text();
    return answer.ok ? { said } : { said: "", refused: said };
  }

  function insert(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const { children } = holder.content;
    // A single paragraph goes into the one that is being written. Chromium adds styles here, which our policy blocks.
    run("insertHTML", children.length === 1 && children[0].tagName === "P" ? children[0].innerHTML : html);
  }

  function busy(more) {
    pasting += more;
    if (pasting) region.setAttribute("aria-busy", "true");
    else region.removeAttribute("aria-busy");
  }

  region.addEventListener("paste", async (event) => {
    const html = event.clipboardData.getData("text/html"), text = event.clipboardData.getData("text/plain");
    if (!html && !text) return take(event, event.clipboardData.files);
    event.preventDefault();
    hold();
    busy(+1);
    const { said, refused = "", plain = false } = html
      ? await cleaned(html).catch(() => ({ said: asParagraphs(text), plain: true }))
      : { said: asParagraphs(text) };
    busy(-1);
    part("[data-pasted-plain]").hidden = !plain;
    part("[data-pasted-without]").hidden = plain || refused || !/<img\b/i.test(html) || /<img\b/.test(said);
    part("[data-refused]").textContent = refused;
    back();
    if (said) insert(said);
    if (plain || refused) going = null; // that is to be read first
    if (!going || pasting) return;
    form.requestSubmit(going.submitter);
    going = null;
  });

  // Nothing goes without what was pasted: the form waits for it. This comes before what else listens.
  form.addEventListener("submit", (event) => {
    if (!pasting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    going = event;
  });

  // Files

  // They go with all that was typed, as if they had been chosen in the field for them.
  function take(event, files) {
    if (!files.length) return;
    event.preventDefault();
    form.elements.file.files = files;
    form.requestSubmit();
  }

  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const over = (event, here) => { if (carries(event)) { event.preventDefault(); region.classList.toggle("over", here); } };
  form.addEventListener("dragover", (event) => over(event, true));
  form.addEventListener("dragleave", (event) => over(event, false));
  form.addEventListener("drop", (event) => { over(event, false); take(event, event.dataTransfer.files); });

  // Ready

  region.addEventListener("input", () => { if (!region.firstChild) region.innerHTML = EMPTY; keep(); });
  region.addEventListener("blur", hold);
  region.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); ask(); }
    if (event.altKey && event.key === "F10") { event.preventDefault(); hold(); buttons.find((each) => each.tabIndex === 0).focus(); }
  });
  document.addEventListener("selectionchange", show);
  document.getElementById("nhan-noi-dung").addEventListener("click", () => region.focus());
  // What this machine had kept is put back into the plain field.
  form.addEventListener("loa:restored", () => fill(form.elements.markup.value === "html" ? field.value : asParagraphs(field.value)));

  run("defaultParagraphSeparator", "p");
  fill(field.dataset.html);
  field.hidden = true;
  document.getElementById(field.getAttribute("aria-describedby")).hidden = true;
  editor.hidden = false;
}
