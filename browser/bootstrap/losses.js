/** When the connection was lost last: what could not be loaded then is worth another try. */
import { serverAnswersNow } from "./answers.js";

const recentlyMs = 10_000;
const delayMs = 100; // a request may fail a little before the connection does

let lastLoss = -Infinity;

/** @param socket a WebSocket or an EventSource, before it is open */
export function noteLoss(socket) {
  for (const event of ["close", "error"]) socket.addEventListener(event, () => (lastLoss = performance.now()));
}

/** Whether the network is down, or was a moment ago. */
export async function isNetworkToBlame() {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  return lastLoss > performance.now() - recentlyMs || !(await serverAnswersNow());
}
