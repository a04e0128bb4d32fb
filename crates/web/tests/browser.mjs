// A browser with the page open, and what it did that it should not have done.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = dirname(fileURLToPath(import.meta.url));
export const file = join(folder, "../../../docs/play/index.html");
const address = pathToFileURL(file).href;

/** Starts the browser that CHROMIUM names. */
export function launch() {
    const executablePath = process.env.CHROMIUM;
    if (!executablePath || !existsSync(executablePath)) throw new Error("CHROMIUM does not name a browser; start the tests by ./run");
    return chromium.launch({ executablePath, args: ["--no-sandbox", "--headless=new", "--disable-background-networking"] });
}

/** The page, at that part of the address after #, once it has started. `faults` fills with errors and requests. */
export async function open(browser, hash = "", { width = 1024, height = 900, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true, ...options });
    const page = await context.newPage();
    const faults = [];
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
        if (!/^(data|blob):/.test(request.url()) && request.url().split("#")[0] !== address) faults.push(`request of ${request.url()}`);
    });
    await page.goto(address + hash);
    await page.waitForFunction(() => window.heavyball);
    await settled(page);
    return { page, faults, context };
}

/** Waits until nothing moves: the state is in the address and everything is drawn. */
export async function settled(page) {
    await page.evaluate(() => new Promise((resolve) => {
        const { app } = window.heavyball;
        app.settled = false;
        app.changed();
        const wait = () => (app.settled && !app.stale ? resolve() : setTimeout(wait, 20));
        const limit = () => resolve();
        setTimeout(limit, 3000);
        wait();
    }));
}

export function stateOf(page) {
    return page.evaluate(() => structuredClone(window.heavyball.app.state));
}

export function messageOf(page) {
    return page.textContent("#message");
}
