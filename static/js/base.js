/* What every page has: the theme switch, menus that close, the current tab in sight, confirmation, tables, copying, a session that ended. */
import { bindConfirm } from "./confirm.js";
import { bindTables } from "./tables.js";

const THEMES = ["auto", "light", "dark"];
const root = document.documentElement;

function bindThemeSwitch(button) {
  const name = () => {
    button.setAttribute("aria-label", button.dataset[root.dataset.theme]);
    button.title = button.dataset[root.dataset.theme];
  };
  button.addEventListener("click", () => {
    root.dataset.theme = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    try {
      localStorage.setItem("concord-theme", root.dataset.theme);
    } catch (_error) {
      // storage is forbidden: the choice lasts for this page
    }
    name();
  });
  name();
}

function bindMenus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    open().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });
}

/* navigator.clipboard needs a secure context, which a school's network has not. */
function copy(input) {
  input.focus();
  input.select();
  return document.execCommand("copy");
}

function bindCopy() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button && copy(document.querySelector(button.dataset.copy))) {
      button.textContent = button.dataset.copied;
    }
  });
}

/* A fragment that answers with the sign-in page: the session is over, so the whole page goes there. */
function bindSignIn() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { pathname } = new URL(event.detail.xhr.responseURL, location.href);
    if (pathname !== "/sign-in/") return;
    event.detail.shouldSwap = false;
    location.href = `/sign-in/?next=${encodeURIComponent(location.pathname + location.search)}`;
  });
}

/* On a phone a row of tabs is longer than the window: it begins where the reader is. */
function showCurrentTabs() {
  document.querySelectorAll("nav > a[aria-current]").forEach((tab) => {
    const [row, own] = [tab.parentElement, tab].map((node) => node.getBoundingClientRect());
    tab.parentElement.scrollLeft += own.left - row.left - (row.width - own.width) / 2;
  });
}

document.querySelectorAll("[data-theme-switch]").forEach(bindThemeSwitch);
document.querySelector("[data-error-summary]")?.focus();
showCurrentTabs();
bindMenus();
bindSignIn();
bindCopy();
bindConfirm();
bindTables();
