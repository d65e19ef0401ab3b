/**
 * The rest of the page's client: what can wait until the page has run its own scripts and was painted. It imports from
 * `bootstrap.js` what both need; servers send it and its rooms joined into one script, without settings.
 */
import "./bootstrap/script_errors.js";
import "./bootstrap/cut_off.js";
import "./bootstrap/boot.js";
