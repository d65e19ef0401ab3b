/** The page's console in the terminal, where `--forward-console` is set. */
import { dispatch } from "./hot_context.js";
import { config, prefix } from "./settings.js";

const forwarding = config.forwardConsole === true ? { logLevels: ["error", "warn"], unhandledErrors: true } : config.forwardConsole;

if (forwarding) {
  for (const level of forwarding.logLevels ?? []) {
    const original = console[level];
    if (typeof original !== "function") continue;
    console[level] = (...args) => {
      original.apply(console, args);
      // What the client itself says goes to our server in other ways (hmr:applied).
      if (config.session && args[0] === prefix) return;
      forward({ type: "log", data: { level, message: formatted(args).slice(0, 10_000) } });
    };
  }
  if (forwarding.unhandledErrors) {
    addEventListener("error", ({ error, message }) => forward(uncaught("error", error ?? new Error(message))));
    addEventListener("unhandledrejection", ({ reason }) => forward(uncaught("unhandled-rejection", reason)));
  }
}

function forward(data) {
  dispatch("forward", "vite:forward-console", JSON.stringify(data));
}

function uncaught(type, error) {
  const { name = "Unknown Error", message = String(error), stack } = error ?? {};
  return { type, data: { name, message, stack } };
}

/** What the console makes of its arguments: `%s` and its like are filled in, the rest follows. */
function formatted([first, ...rest]) {
  if (typeof first !== "string") return [first, ...rest].map((value) => describe(value)).join(" ");
  const text = first.replace(/%[sdifoOc%]/g, (mark) => {
    if (mark === "%%") return "%";
    if (rest.length === 0) return mark;
    const value = rest.shift();
    if (mark === "%c") return "";
    if (mark === "%d" || mark === "%f") return typeof value === "symbol" ? "NaN" : String(Number(value));
    if (mark === "%i") return typeof value === "symbol" ? "NaN" : String(Math.trunc(Number(value)));
    return describe(value);
  });
  return [text, ...rest.map((value) => describe(value))].join(" ");
}

/** A value in one line, as deep as one reads in a terminal. */
function describe(value, around = []) {
  if (typeof value === "string") return around.length ? JSON.stringify(value) : value;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[Function: ${value.name || "(anonymous)"}]`;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    if (value instanceof Error) return around.length ? `[${value}]` : value.stack || String(value);
    if (value instanceof Date) return value.toISOString();
    if (globalThis.Node && value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
    if (around.includes(value)) return "[Circular]";
    if (around.length === 3) return Array.isArray(value) ? "[Array]" : "[Object]";
    const inside = [...around, value];
    const more = (count) => (count > 100 ? [`…(${count - 100})`] : []);
    if (Array.isArray(value)) {
      return `[${[...value.slice(0, 100).map((item) => describe(item, inside)), ...more(value.length)].join(", ")}]`;
    }
    const keys = Object.keys(value);
    const fields = keys.slice(0, 100).map((key) => `${/^[\w$]+$/.test(key) ? key : JSON.stringify(key)}: ${describe(value[key], inside)}`);
    return `{ ${[...fields, ...more(keys.length)].join(", ")} }`;
  } catch {
    return Object.prototype.toString.call(value); // a getter of the page's has thrown
  }
}
