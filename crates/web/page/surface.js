// Surfaces: what a figure is drawn on. The same drawing goes to a canvas on the page and into an SVG file.

/** A canvas, in pixels of the page. */
export class CanvasSurface {
    constructor(context, ratio) {
        this.context = context;
        this.ratio = ratio;
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.lineJoin = "round";
    }

    clear(width, height, color) {
        this.context.fillStyle = color;
        this.context.fillRect(0, 0, width, height);
    }

    clip(x, y, width, height, draw) {
        const { context } = this;
        context.save();
        context.beginPath();
        context.rect(x, y, width, height);
        context.clip();
        draw();
        context.restore();
    }

    /** A line through points [x0, y0, x1, y1, …]; NaN interrupts it. */
    line(points, color, { width = 1.5, dash = [], opacity = 1 } = {}) {
        const { context } = this;
        context.strokeStyle = color;
        context.lineWidth = width;
        context.globalAlpha = opacity;
        context.setLineDash(dash);
        context.beginPath();
        trace(points, (x, y) => context.moveTo(x, y), (x, y) => context.lineTo(x, y));
        context.stroke();
        context.setLineDash([]);
        context.globalAlpha = 1;
    }

    polygon(points, color, { outline = null, width = 1, opacity = 1 } = {}) {
        const { context } = this;
        context.beginPath();
        trace(points, (x, y) => context.moveTo(x, y), (x, y) => context.lineTo(x, y));
        context.closePath();
        this.paint(color, outline, width, opacity);
    }

    disc(x, y, radius, color, { outline = null, width = 1, opacity = 1 } = {}) {
        this.context.beginPath();
        this.context.arc(x, y, radius, 0, 2 * Math.PI);
        this.paint(color, outline, width, opacity);
    }

    paint(color, outline, width, opacity) {
        const { context } = this;
        context.globalAlpha = opacity;
        if (color) {
            context.fillStyle = color;
            context.fill();
        }
        if (outline) {
            context.strokeStyle = outline;
            context.lineWidth = width;
            context.stroke();
        }
        context.globalAlpha = 1;
    }

    text(text, x, y, color, { size = 12, align = "left", base = "alphabetic", turned = false } = {}) {
        const { context } = this;
        context.save();
        context.translate(x, y);
        if (turned) context.rotate(-Math.PI / 2);
        context.font = `${size}px ${FONT}`;
        context.textAlign = align;
        context.textBaseline = base;
        context.fillStyle = color;
        context.fillText(text, 0, 0);
        context.restore();
    }

    picture(canvas, x, y, width, height, smooth = true) {
        this.context.imageSmoothingEnabled = smooth;
        this.context.drawImage(canvas, x, y, width, height);
    }

    shifted(x, y, draw) {
        this.context.save();
        this.context.translate(x, y);
        draw();
        this.context.restore();
    }
}

/** The text of an SVG file. */
export class SvgSurface {
    constructor(width, height) {
        this.size = [width, height];
        this.parts = [];
        this.clips = 0;
    }

    add(text) {
        this.parts.push(text);
    }

    clear(width, height, color) {
        this.add(`<rect width="${width}" height="${height}" fill="${color}"/>`);
    }

    clip(x, y, width, height, draw) {
        this.clips += 1;
        const name = `clip${this.clips}`;
        this.add(`<clipPath id="${name}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/></clipPath><g clip-path="url(#${name})">`);
        draw();
        this.add("</g>");
    }

    path(points, close) {
        let text = "";
        trace(points, (x, y) => { text += `M${round(x)} ${round(y)}`; }, (x, y) => { text += `L${round(x)} ${round(y)}`; });
        return close ? `${text}Z` : text;
    }

    line(points, color, { width = 1.5, dash = [], opacity = 1 } = {}) {
        this.add(`<path d="${this.path(points, false)}" fill="none" stroke="${color}" stroke-width="${width}" stroke-dasharray="${dash.join(" ")}" opacity="${opacity}" stroke-linejoin="round"/>`);
    }

    polygon(points, color, { outline = null, width = 1, opacity = 1 } = {}) {
        this.add(`<path d="${this.path(points, true)}" fill="${color ?? "none"}" stroke="${outline ?? "none"}" stroke-width="${width}" opacity="${opacity}"/>`);
    }

    disc(x, y, radius, color, { outline = null, width = 1, opacity = 1 } = {}) {
        this.add(`<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="${color ?? "none"}" stroke="${outline ?? "none"}" stroke-width="${width}" opacity="${opacity}"/>`);
    }

    text(text, x, y, color, { size = 12, align = "left", base = "alphabetic", turned = false } = {}) {
        const anchor = { left: "start", center: "middle", right: "end" }[align];
        const shift = { alphabetic: 0, middle: 0.35, top: 0.8 }[base] * size;
        const turn = turned ? " rotate(-90)" : "";
        const safe = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
        this.add(`<text transform="translate(${round(x)} ${round(y)})${turn}" y="${round(shift)}" fill="${color}" font-size="${size}" text-anchor="${anchor}">${safe}</text>`);
    }

    picture(canvas, x, y, width, height) {
        this.add(`<image x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" preserveAspectRatio="none" href="${canvas.toDataURL("image/png")}"/>`);
    }

    shifted(x, y, draw) {
        this.add(`<g transform="translate(${round(x)} ${round(y)})">`);
        draw();
        this.add("</g>");
    }

    toString() {
        const [width, height] = this.size;
        return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT.replace(/"/g, "'")}">${this.parts.join("\n")}</svg>\n`;
    }
}

export const FONT = 'system-ui, "DejaVu Sans", sans-serif';

function round(number) {
    return Math.round(number * 100) / 100;
}

// Beyond this a canvas draws nothing or the wrong thing; a point so far off is not seen anyway.
const FAR = 1e5;

function trace(points, move, line) {
    let down = false;
    for (let index = 0; index + 1 < points.length; index += 2) {
        const [x, y] = [points[index], points[index + 1]];
        if (!Number.isFinite(x) || !Number.isFinite(y)) {
            down = false;
            continue;
        }
        const [nearX, nearY] = [Math.max(-FAR, Math.min(FAR, x)), Math.max(-FAR, Math.min(FAR, y))];
        if (down) line(nearX, nearY);
        else move(nearX, nearY);
        down = true;
    }
}
