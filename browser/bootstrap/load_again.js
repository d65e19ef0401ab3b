/** Loads a page again that the network has cut off while it was loaded: a few times, should it be cut off each time. */
import { serverAnswers } from "./answers.js";
import { reload } from "./reload.js";
import { belowBase, config, prefix } from "./settings.js";

const timesKey = `hmr cut off ${config.base}`;
const withinMs = 60_000;
const most = 6; // in that time

let isLoadedAgain = false;

/** The times of such reloads in the last minute; undefined where the browser keeps nothing for the page. */
function recentTimes() {
  try {
    const times = JSON.parse(sessionStorage.getItem(timesKey) ?? "[]");
    return times.filter((time) => time > Date.now() - withinMs);
  } catch {
    return undefined;
  }
}

/** @param {string} url what was cut off; what the server answers with an error stays as the browser shows it */
export async function loadAgain(url) {
  const times = recentTimes();
  if (isLoadedAgain || !times) return;
  const path = belowBase(url);
  if (times.length >= most) {
    console.error(prefix, `${path} could not be loaded, and the page was loaded again ${times.length} times: it may be incomplete.`);
    return;
  }
  isLoadedAgain = true;
  const answer = await serverAnswers(url);
  isLoadedAgain = !answer || answer.ok;
  if (!isLoadedAgain) return;
  // the browser may keep a reply that is cut in its headers, and then ask only whether it has changed
  await fetch(url, { cache: "reload" }).then((response) => response.arrayBuffer()).catch(() => {});
  sessionStorage.setItem(timesKey, JSON.stringify([...times, Date.now()]));
  console.info(prefix, `page reload: ${path} was cut off while the page was loaded`);
  reload(`${path} was cut off while the page was loaded`);
}
