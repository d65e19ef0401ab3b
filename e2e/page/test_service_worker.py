"""A service worker that answers from its copies first: what is saved reaches the page all the same."""

from e2e.harness.project import html

WORKER = """\
addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open("v1").then((cache) => cache.addAll(["./", "./style.css", "./main.js"])));
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => event.respondWith((async () => {
  const copy = await caches.match(event.request);
  if (copy) return copy;
  const response = await fetch(event.request);
  if (event.request.method === "GET") await (await caches.open("v1")).put(event.request, response.clone());
  return response;
})()));
"""
FILES = {
    "index.html": html(
        head='<link rel="stylesheet" href="style.css">', body='<h1>one</h1><p id="out"></p>'
    ),
    "style.css": "h1 { color: rgb(1, 0, 0) }",
    "main.js": """\
out.textContent = "one";
await navigator.serviceWorker.register("/sw.js");
""",
    "sw.js": WORKER,
}


def test_a_save_reaches_a_page_whose_service_worker_answers_from_its_copies(
    project, serve, open_page
):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.wait_for("navigator.serviceWorker.controller?.state === 'activated'")
    # its copy of the page, which it has fetched as a file, has no client
    copy = "caches.open('v1').then((cache) => cache.match('/')).then((copy) => Boolean(copy))"
    page.wait_until(lambda: not page.value(copy), page.report)
    page.page.reload()
    page.wait_for_load()
    project.edit("style.css", "(1,", "(2,")
    page.css("h1", "color", "rgb(2, 0, 0)")
    project.edit("index.html", "<h1>one", "<h1>two")
    page.text("h1", "two")
    project.edit("main.js", '"one"', '"two"')
    page.wait_for_load()
    page.text("#out", "two")
    page.page.reload()  # also one that somebody asks for
    page.wait_for_load()
    page.text("#out", "two")
    page.text("h1", "two")
    page.css("h1", "color", "rgb(2, 0, 0)")
    page.assert_not_reloaded()
