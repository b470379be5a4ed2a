"use strict";
/* Closed folds are not printed and not searched by every browser; one button opens them all. */
(() => {
  const button = document.getElementById("folds");
  const folds = [...document.querySelectorAll("main details")];
  let open = false;
  button.addEventListener("click", () => {
    open = !open;
    for (const fold of folds) fold.open = open;
    button.textContent = open ? "Close every fold" : "Open every fold";
  });
  button.hidden = false;
})();
