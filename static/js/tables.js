/* Tables: rows that open as a whole, arrow keys between rows, sorting of small tables in place. */

function bindRows(table) {
  const rows = [...table.querySelectorAll("tr[data-href]")];
  rows.forEach((row) => {
    row.tabIndex = 0;
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a, button, input, label, select") && !getSelection().toString()) {
        location.href = row.dataset.href;
      }
    });
    row.addEventListener("keydown", (event) => move(event, row));
  });
}

function move(event, row) {
  if (event.target !== row) return;
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (step) {
    event.preventDefault();
    row[step]?.focus();
  } else if (event.key === "Enter") {
    location.href = row.dataset.href;
  }
}

function keyOf(row, column) {
  const cell = row.cells[column];
  const text = cell.dataset.value ?? cell.textContent.trim();
  const number = Number(text.replace(/[%,\s<]/g, "").replace("−", "-"));
  return text === "" || Number.isNaN(number) ? text : number;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), document.documentElement.lang);
}

function sortBy(table, header, column) {
  const isUp = header.getAttribute("aria-sort") !== "ascending";
  table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
  header.setAttribute("aria-sort", isUp ? "ascending" : "descending");
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((a, b) => compare(keyOf(a, column), keyOf(b, column)));
  body.append(...(isUp ? rows : rows.reverse()));
}

function bindSorting(table) {
  [...table.tHead.rows[0].cells].forEach((header, column) => {
    if (!header.textContent.trim() || "unsorted" in header.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(table, header, column));
  });
}

export function bindTables() {
  document.querySelectorAll("table.table").forEach(bindRows);
  document.querySelectorAll("table[data-sortable]").forEach(bindSorting);
}
