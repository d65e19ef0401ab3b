/**
 * Going back in the history shows what the cache holds, unasked: modules from before the last edits,
 * and a token of a server that may be gone. This script is always fetched again, but then.
 */
import { serverAnswers } from "./answers.js";
import { hasDocument, here } from "./settings.js";

const isBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const isFromCache = () => performance.getEntriesByName(here.href)[0]?.transferSize === 0;

export const isStale = hasDocument && isBack() && isFromCache();
if (isStale) serverAnswers().then(() => location.reload());
