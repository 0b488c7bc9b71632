/* The rating screen: binds keys and buttons to the desk. Without scripts the page is a plain form. */
import { Desk } from "./rating_desk.js";
import { Keyboard } from "./rating_keyboard.js";
import { notice } from "./rating_notices.js";
import { askReason, guide, pause, skip, undo } from "./rating_steps.js";
import { look } from "./scan.js";
import { say } from "./rating_words.js";

const root = document.querySelector("[data-rating]");
if (root) start(new Desk(root));

function start(desk) {
  root.classList.add("has-js");
  const commands = {
    "?": () => guide(desk),
    f: () => askReason(desk, "flag"),
    s: () => askReason(desk, "skip"),
    u: () => undo(desk),
    n: () => desk.note.focus(),
    p: () => pause(desk),
    "+": () => look("in"), "=": () => look("in"), "-": () => look("out"), r: () => look("turn"),
  };
  const submit = () => (desk.goOn ? desk.goOn() : desk.submit());
  const problem = (name, value) => desk.complain(say(name, { value, name: desk.rubric.current.dataset.name }));
  new Keyboard({ rubric: desk.rubric, commands, submit, problem, isOpen: () => desk.isOpen });
  bindForm(desk);
  bindButtons(desk, commands);
  bindDialogs(desk);
  setInterval(() => remind(desk), 20000);
}

/** Every way of sending the form; `submitter` tells which. */
function bindForm(desk) {
  desk.form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Enter in a reason means that reason, whatever button the browser thinks was pressed.
    const field = document.activeElement?.name ?? "";
    const action = field.endsWith("_reason") ? field.slice(0, -7) : event.submitter?.value;
    if (action === undefined || action === "undo") undo(desk);
    else if (action === "flag" || action === "skip") withReason(desk, action);
    else desk.submit();
  });
}

function withReason(desk, name) {
  const input = desk.form.querySelector(`[name=${name}_reason]`);
  const reason = input.value.trim();
  if (!reason) {
    desk.complain(say("reason"));
    input.focus();
    return;
  }
  input.value = "";
  if (name === "flag") desk.submit({ action: "flag", flag_reason: reason });
  else skip(desk, reason);
}

function bindButtons(desk, commands) {
  root.querySelector("[data-pause]").addEventListener("click", commands.p);
  root.querySelector("[data-open-guide]").addEventListener("click", (event) => {
    event.preventDefault();
    commands["?"]();
  });
  const show = ({ target }) => target.open && target.scrollIntoView({ block: "nearest" });
  desk.form.addEventListener("toggle", show, true);
  const sheet = root.querySelector("[data-sheet]");
  sheet.addEventListener("click", () => {
    const isOpen = desk.form.classList.toggle("is-folded");
    sheet.setAttribute("aria-expanded", String(!isOpen));
  });
  // By thumb: a tap on a level goes on to the next criterion, as a digit does. (A radio that is
  // chosen with the arrow keys also clicks, with detail 0.)
  desk.form.addEventListener("click", (event) => {
    const isTap = event.detail > 0 && event.target.matches(".level input");
    if (isTap) desk.rubric.choose(event.target);
  });
}

function bindDialogs(desk) {
  root.querySelectorAll("dialog").forEach((dialog) => {
    dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && dialog.close());
    dialog.addEventListener("keydown", (event) => {
      const isPaused = "paused" in dialog.dataset;
      if (event.key !== "?" && !(isPaused && event.key.toLowerCase() === "p")) return;
      event.preventDefault(); // or the key would open it again
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      desk.timer.isPaused = false;
      desk.rubric.go(desk.rubric.at);
    });
  });
}

function remind(desk) {
  const minutes = Number(root.dataset.breakMinutes);
  if (!minutes || desk.timer.sitting < minutes * 60) return;
  notice("break", say("break", { n: Math.round(desk.timer.sitting / 60) }), {
    action: { label: say("close"), run: () => (desk.timer.rest(), notice("break", "")) },
  });
}
