"""Open dashboards in headless Chromium as a reader does, take a picture of each, and say what was seen.

Runs in Superset's environment: browse.py ADDRESS PASSWORD FOLDER SLUG[?COLUMN=VALUE]... Prints one JSON object: for
each dashboard the titles of its charts, the text each shows, what failed, and every host that the page asked for.
COLUMN is that of one of the dashboard's filters.
"""

import json
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Page, Response, sync_playwright

BROWSER = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDTH, HEIGHT = 1500, 1000
PATIENCE_MS = 90_000

_CHART = "[data-test-chart-name]"
_DONE = """
expected => {
    const charts = [...document.querySelectorAll('[data-test-chart-name]')];
    return charts.length === expected && charts.every(chart =>
        chart.querySelector('.slice_container, [role=alert]')
        && !chart.querySelector('.loading, [data-test=loading-indicator]'));
}
"""
# A plot without a mark is no error to Superset: coloured pixels below the legend tell that something was drawn.
_READ = """
() => {
    const coloured = canvas => {
        const top = Math.round(canvas.height * 0.25);
        const pixels = canvas.getContext('2d').getImageData(0, top, canvas.width, canvas.height - top).data;
        let found = 0;
        for (let i = 0; i < pixels.length; i += 4) {
            const [r, g, b] = pixels.slice(i, i + 3);
            found += pixels[i + 3] > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 60;
        }
        return found;
    };
    return [...document.querySelectorAll('[data-test-chart-name]')].map(chart => ({
        title: chart.getAttribute('data-test-chart-name'),
        text: chart.querySelector('.slice_container')?.innerText ?? '',
        rows: chart.querySelectorAll('tbody tr').length,
        coloured: [...chart.querySelectorAll('canvas')].reduce((sum, canvas) => sum + coloured(canvas), 0),
        error: [...chart.querySelectorAll('.ant-alert, [role=alert], .ant-empty, .missing-chart-container')]
            .map(node => node.innerText.trim()).filter(Boolean).join(' | '),
    }));
}
"""
_BOTTOM = (
    "() => Math.max(...[...document.querySelectorAll('.grid-row')].map(row => row.getBoundingClientRect().bottom))"
)


def main(address: str, password: str, folder: Path, slugs: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=OPTIONS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="id-ID")
        page.set_default_timeout(PATIENCE_MS)
        _log_in(page, address, password)
        seen = {slug: _look(page, address, folder, slug) for slug in slugs}
        browser.close()
    sys.stdout.write(json.dumps(seen, ensure_ascii=False))


def _log_in(page: Page, address: str, password: str) -> None:
    page.goto(f"{address}/login/")
    page.fill("input[name=username], #username", "admin")
    page.fill("input[name=password], #password", password)
    page.press("input[name=password], #password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def _link(address: str, slug: str) -> str:
    name, _, choice = slug.partition("?")
    if not choice:
        return f"{address}/superset/dashboard/{name}/"
    column, _, value = choice.partition("=")
    chosen = f"extraFormData:(filters:!((col:{column},op:IN,val:!('{value}')))),filterState:(value:!('{value}'))"
    # Superset's own way to hand a choice on in a link, in Rison.
    mask = f"(NATIVE_FILTER-{column}:(id:NATIVE_FILTER-{column},{chosen}))"
    return f"{address}/superset/dashboard/{name}/?native_filters={quote(mask)}"


def _look(page: Page, address: str, folder: Path, slug: str) -> dict[str, object]:
    failed: list[str] = []
    hosts: set[str] = set()

    def note(response: Response) -> None:
        hosts.add(urlsplit(response.url).netloc)
        if response.status >= 400:
            failed.append(f"{response.status} {urlsplit(response.url).path}")

    page.on("response", note)
    # Very high at once: Superset asks for a chart only when it comes into view.
    page.set_viewport_size({"width": WIDTH, "height": 6_000})
    page.goto(_link(address, slug))
    page.wait_for_selector(_CHART)
    expected = page.locator(_CHART).count()
    page.wait_for_function(_DONE, arg=expected)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)
    page.set_viewport_size({"width": WIDTH, "height": int(page.evaluate(_BOTTOM)) + 40})
    page.wait_for_timeout(1_500)
    page.screenshot(path=folder / f"{slug.partition('?')[0]}.png")
    page.remove_listener("response", note)
    return {"charts": page.evaluate(_READ), "failed": failed, "hosts": sorted(hosts - {""})}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
