export interface Greeting {
  text: string;
}

export function greet(whom: string): Greeting {
  return { text: `Hello, ${whom}!` };
}
