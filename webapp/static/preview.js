/* An installation chosen in the list while typing is previewed at once (see search.js).
   Without this script the form answers with the installations that were found. */
(() => {
  "use strict";

  document.querySelectorAll("[data-preview]").forEach((form) => {
    form.addEventListener("combobox:chosen", (event) => {
      event.preventDefault();
      form.elements.installation.value = event.detail.s3ic_id;
      form.submit();
    });
  });
})();
