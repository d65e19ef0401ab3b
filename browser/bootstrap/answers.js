/** Whether the server answers. */
import { here, prefix } from "./settings.js";

const firstWaitMs = 150;
const longestWaitMs = 2000;

const ask = (url) => fetch(url, { method: "HEAD", cache: "no-store", mode: "no-cors" });

/** Whether there is any answer. */
export const serverAnswersNow = () => ask(here).then(Boolean, () => false);

/** Waits for any answer: an error's page has this client, too. A page whose policy forbids to ask does not wait. */
export async function serverAnswers(url = here) {
  let isForbidden = false;
  document.addEventListener("securitypolicyviolation", () => (isForbidden = true));
  for (let wait = firstWaitMs; !isForbidden; wait = Math.min(2 * wait, longestWaitMs)) {
    try {
      return await ask(url);
    } catch {
      if (wait === firstWaitMs) console.info(prefix, "page reload: waits for the dev server, which does not answer");
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
