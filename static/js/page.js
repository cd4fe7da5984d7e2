// What every page runs: copy buttons, ticking times, live updates, leaving no key press behind.
import "./clock.js";
import "./copy.js";
import "./dialog.js";
import "./live.js";
import "./menu.js";
