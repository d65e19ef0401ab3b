// What the page starts. Each module here accepts its own updates, so none of them climbs to this one.
import "./card.css";
import "./counter.js";
import "./status.js";
import "./tour.js";
import "./updates.js";
