"""The development server: Vite's hot module replacement in Python, without Node.js."""
