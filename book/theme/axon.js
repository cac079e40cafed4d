// What mdBook's pages lack for readers who do not use a mouse, and for paper. The book
// can be read without it.

// The way past the table of contents is no way if it comes after it.
document.body.prepend(document.querySelector(".skip-link"));

// A browser prints a closed answer as closed, unless it knows the rule in axon.css.
addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("main details:not([open])")) {
        details.open = true;
        details.dataset.opened = "";
    }
});
addEventListener("afterprint", () => {
    for (const details of document.querySelectorAll("main details[data-opened]")) {
        details.open = false;
        delete details.dataset.opened;
    }
});
