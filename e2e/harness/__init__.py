"""What the browser tests share: projects, servers, pages of Chromium, networks that fail, npm's packages."""
