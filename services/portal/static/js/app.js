// What every page needs. The rest is loaded where the page asks for it.
import "./forms.js";
import "./moments.js";

if (document.querySelector("main[data-live], main[data-every]")) import("./live.js");
