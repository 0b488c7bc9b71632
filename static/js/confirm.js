/* Asks before a form with data-confirm is sent. data-confirm-name: the reader types that name. */

function element(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function buildDialog(source) {
  const words = { ...document.body.dataset, ...source.dataset };
  const yes = element("button", { className: "button button-danger", value: "yes", textContent: words.confirmYes });
  const no = element("button", { className: "button", value: "no", textContent: words.confirmNo });
  const text = element("p", { textContent: words.confirm, id: "confirm-text" });
  const form = element("form", { method: "dialog", className: "stack" }, text);
  if (words.confirmName) {
    const input = element("input", { type: "text", autocomplete: "off" });
    form.append(element("label", { className: "field" }, `${words.confirmType} `, element("strong", { textContent: words.confirmName }), input));
    yes.disabled = true;
    input.addEventListener("input", () => {
      yes.disabled = input.value.trim() !== words.confirmName;
    });
  }
  // "no" comes first so that Enter in a hurry does no harm
  form.append(element("div", { className: "form-actions" }, no, yes));
  const dialog = element("dialog", { className: "dialog" }, form);
  dialog.setAttribute("aria-labelledby", "confirm-text");
  return dialog;
}

function ask(source, form, submitter) {
  const dialog = buildDialog(source);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") {
      submitter?.focus();
      return;
    }
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  });
  dialog.showModal();
}

export function bindConfirm() {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const source = event.submitter?.dataset.confirm ? event.submitter : form;
      if (!source.dataset.confirm) return;
      if (form.dataset.confirmed) {
        delete form.dataset.confirmed;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(source, form, event.submitter);
    },
    true,
  );
}
