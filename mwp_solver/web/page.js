// Runs before Gradio: chooses the language; then copies, shares, remembers and reads aloud what the page shows.
(() => {
  "use strict";
  const LANGUAGES = ["zh", "en"];
  const HISTORY = "mwp-history";
  const REMEMBERED = 20;

  const asked = new URLSearchParams(location.search).get("lang");
  const kept = document.cookie.match(/(?:^|; )mwp-language=(zh|en)(?:;|$)/)?.[1];
  // Any kind of Chinese (zh, zh-HK, zh-TW, zh-Hant …) is shown Chinese.
  const preferred = /^zh\b/i.test(navigator.language || "") ? "zh" : "en";
  const language = LANGUAGES.includes(asked) ? asked : kept || preferred;
  if (asked === language) {
    document.cookie = `mwp-language=${language}; path=/; max-age=31536000; SameSite=Lax`;
  }
  // Gradio takes its language from here, and knows Chinese as zh-CN only.
  const tag = language === "zh" ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => tag, configurable: true });
  Object.defineProperty(navigator, "languages", { get: () => [tag], configurable: true });
  document.documentElement.lang = tag;

  const spoken = document.createElement("div");
  spoken.id = "spoken";
  spoken.setAttribute("role", "status");
  addEventListener("DOMContentLoaded", () => document.body.append(spoken));

  function say(words) {
    // Emptied first, so that the same words are read again.
    spoken.textContent = "";
    setTimeout(() => (spoken.textContent = words), 50);
  }

  function history() {
    try {
      const list = JSON.parse(sessionStorage.getItem(HISTORY) || "[]");
      return Array.isArray(list) ? list : [];
    } catch {
      return [];
    }
  }

  function remember(question, answer) {
    const others = history().filter((entry) => entry.question !== question);
    try {
      sessionStorage.setItem(HISTORY, JSON.stringify([{ question, answer }, ...others].slice(0, REMEMBERED)));
    } catch {
      // Without storage there is no history; the page works all the same.
    }
    showHistory();
  }

  function showHistory() {
    const list = document.querySelector("#history ol");
    if (!list) return;
    const entries = history().map(({ question, answer }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.ask = String(question);
      button.textContent = String(question);
      const result = document.createElement("span");
      result.textContent = String(answer);
      const item = document.createElement("li");
      item.append(button, " ", result);
      return item;
    });
    list.replaceChildren(...entries);
    document.querySelector("#history details").hidden = entries.length === 0;
  }

  function ask(question) {
    const box = document.querySelector("#question textarea");
    box.value = question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => {
      document.querySelector("#solve").click();
      box.scrollIntoView({ block: "center" });
    }, 50);
  }

  async function copy(words) {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // Not offered to pages that came over plain http from another machine.
      const box = document.createElement("textarea");
      box.value = words;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  }

  function link(question) {
    return `${location.origin}${location.pathname}?q=${encodeURIComponent(question)}`;
  }

  async function press(button) {
    const { copy: words, share, ask: question, language: wanted, done } = button.dataset;
    if (question !== undefined) return ask(question);
    if (wanted !== undefined) {
      const typed = document.querySelector("#question textarea")?.value.trim();
      location.search = new URLSearchParams(typed ? { lang: wanted, q: typed } : { lang: wanted });
      return;
    }
    await copy(words ?? link(share));
    const label = button.dataset.label ?? button.textContent;
    button.dataset.label = label;
    button.textContent = `✓ ${done}`;
    say(done);
    setTimeout(() => (button.textContent = label), 2000);
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-share], [data-ask], [data-language]");
    if (!button) return;
    event.preventDefault();
    press(button);
  });

  function appeared(element) {
    const those = (selector) => [...(element.matches(selector) ? [element] : []), ...element.querySelectorAll(selector)];
    const words = those("[data-say]").map((each) => each.dataset.say);
    if (words.length) say(words.join(" "));
    for (const result of those("[data-question]")) remember(result.dataset.question, result.dataset.answer);
    for (const choice of those("[data-language]")) {
      if (choice.dataset.language === language) choice.setAttribute("aria-current", "true");
    }
    if (those("#history ol").length) showHistory();
  }

  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) if (node instanceof Element) appeared(node);
    }
  }).observe(document, { childList: true, subtree: true });
})();
