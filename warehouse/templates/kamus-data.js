"use strict";
const box = document.getElementById("cari");
const result = document.getElementById("hasil");
const articles = [...document.querySelectorAll("article")].map((element) => ({
  element,
  link: document.querySelector(`[data-untuk="${element.dataset.nama}"]`),
  own: element.querySelector("header").textContent.toLowerCase(),
  rows: [...element.querySelectorAll("tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() })),
}));

function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text) => words.every((word) => text.includes(word));
  let tables = 0;
  let columns = 0;
  for (const { element, link, own, rows } of articles) {
    const found = rows.filter(({ text }) => words.length > 0 && holds(text));
    const whole = holds(own);
    const shown = whole || found.length > 0;
    element.hidden = !shown;
    link.hidden = !shown;
    for (const { row } of rows) {
      row.classList.toggle("kena", found.some((other) => other.row === row));
      row.hidden = !whole && !found.some((other) => other.row === row);
    }
    tables += shown;
    columns += found.length;
  }
  for (const group of document.querySelectorAll("nav section")) {
    group.hidden = !group.querySelector("li:not([hidden])");
  }
  document.querySelector(".panduan").hidden = words.length > 0;
  document.getElementById("kosong").hidden = tables > 0;
  result.textContent = words.length > 0 ? `${tables} tabel, ${columns} kolom` : "";
}

box.addEventListener("input", search);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== box) {
    event.preventDefault();
    box.focus();
  }
  if (event.key === "Escape" && document.activeElement === box) {
    box.value = "";
    search();
  }
});
document.querySelector("nav").addEventListener("click", () => {
  if (box.value) {
    box.value = "";
    search();
  }
});
