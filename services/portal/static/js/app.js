// What every page needs. The rest is loaded where the page asks for it.
import "./forms.js";
import "./moments.js";

if (document.querySelector("main[data-live], main[data-every], [data-missing]")) import("./live.js");

// On a narrow screen the desk's navigation scrolls: where one is, is in sight.
const here = document.querySelector(".nav-in [aria-current]");
if (here) here.closest(".nav").scrollLeft = here.offsetLeft - here.closest(".nav").clientWidth / 2;
