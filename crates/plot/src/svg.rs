//! An SVG: a surface that writes shapes as elements.

use std::fmt::Display;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::ShapeStyle;

use crate::base64;
use crate::cells::Cells;
use crate::color::Color;
use crate::error::Error;
use crate::font::Place;

use crate::lettering::Lettering;
use crate::rectangle::{Pixel, Rectangle};
use crate::surface::{Surface, ink};

/// The backend knows whole coordinates only, so we draw in these parts of a pixel.
const UNIT: f64 = 20.0;

/// Shapes come from the backend of plotters. It has no clipping, no images without smoothing, and text
/// in whatever font a viewer has, so these elements are ours.
pub(crate) struct Svg {
    size: (u32, u32),
    body: String,
    /// The rectangles that cut shapes, each with its name.
    clips: Vec<(String, Rectangle)>,
    clip: Rectangle,
    lettering: Lettering,
    failure: Option<String>,
}

impl Svg {
    /// A document of this size, white where `draw` leaves it.
    pub(crate) fn document(
        size: (u32, u32),
        draw: impl FnOnce(&mut dyn Surface),
    ) -> Result<String, Error> {
        let mut svg = Self {
            size,
            body: String::new(),
            clips: Vec::new(),
            clip: whole(size),
            lettering: Lettering::default(),
            failure: None,
        };
        draw(&mut svg);
        svg.clip(whole(size));
        match svg.failure.take() {
            Some(reason) => Err(Error::Write {
                path: "in memory".into(),
                reason,
            }),
            None => Ok(svg.finished()),
        }
    }

    fn finished(self) -> String {
        let (width, height) = self.size;
        let clips = self.clips.iter().fold(String::new(), |all, (name, area)| {
            let [x, y, width, height] = bounds(*area);
            format!(
                "{all}<clipPath id=\"{name}\">\
                 <rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>\n"
            )
        });
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
             <defs>\n{clips}{outlines}</defs>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n\
             <g transform=\"scale({scale})\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n\
             {body}</g>\n</svg>\n",
            outlines = self.lettering.definitions(),
            scale = 1.0 / UNIT,
            body = self.body,
        )
    }

    /// Shapes drawn by the backend, without the document that it writes around them.
    fn shapes<E: Display>(&mut self, draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), E>) {
        let mut document = String::new();
        let result = draw(&mut SVGBackend::with_string(&mut document, self.size));
        if let Err(cause) = result {
            self.fail(cause.to_string());
        }
        let frame = |line: &&str| line.starts_with("<svg") || line.starts_with("</svg");
        for shape in document.lines().filter(|line| !frame(line)) {
            self.element(shape);
        }
    }

    fn fail(&mut self, reason: String) {
        self.failure.get_or_insert(reason);
    }

    fn element(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }
}

impl Surface for Svg {
    fn clip(&mut self, area: Rectangle) {
        if self.clip != whole(self.size) {
            self.element("</g>");
        }
        self.clip = area;
        if area == whole(self.size) {
            return;
        }
        // Named by its place, so that figures in one web page do not take each other's.
        let [x, y, width, height] = bounds(area);
        let name = format!("clip-{x}-{y}-{width}-{height}");
        self.element(&format!("<g clip-path=\"url(#{name})\">"));
        if !self.clips.iter().any(|(other, _)| *other == name) {
            self.clips.push((name, area));
        }
    }

    fn fill(&mut self, outline: &[Pixel], color: Color, alpha: f64) {
        let corners = self.clip.cut(outline);
        if corners.len() > 2 {
            let corners = corners.into_iter().map(units);
            self.shapes(|backend| backend.fill_polygon(corners, &ink(color, alpha)));
        }
    }

    fn rectangle(&mut self, area: Rectangle, color: Color, alpha: f64) {
        let ends = (
            units((area.left, area.top)),
            units((area.right, area.bottom)),
        );
        self.shapes(|backend| backend.draw_rect(ends.0, ends.1, &ink(color, alpha), true));
    }

    fn disc(&mut self, center: Pixel, radius: f64, color: Color) {
        let radius = (radius * UNIT).round();
        if radius >= 1.0 {
            let (center, radius) = (units(center), radius as u32);
            self.shapes(|backend| backend.draw_circle(center, radius, &ink(color, 1.0), true));
        }
    }

    fn stroke(&mut self, line: &[Pixel], width: f64, color: Color) {
        let width = (width * UNIT).round().max(1.0) as u32;
        let style = ShapeStyle::from(ink(color, 1.0)).stroke_width(width);
        let points = line.iter().copied().map(units);
        self.shapes(|backend| backend.draw_path(points, &style));
    }

    /// As an image, because cells that are shapes of their own show seams.
    fn cells(&mut self, cells: &Cells) {
        let cells = cells.visible(self.clip);
        if cells.colors.is_empty() {
            return;
        }
        let area = cells.area();
        // Viewers that smooth images blur half a pixel of them: little, if cells have many.
        let fine = |length: f64, count: usize| {
            let enough = (2.0 * length / count as f64).ceil() as usize;
            enough.clamp(1, (FINEST / count).max(1))
        };
        let rows = cells.colors.len() / cells.columns.max(1);
        let image = cells.image(fine(area.width(), cells.columns), fine(area.height(), rows));
        match image.png() {
            Ok(png) => {
                let [x, y, width, height] = bounds(area);
                let png = base64::encoded(&png);
                self.element(&format!(
                    "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
                     image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" \
                     xlink:href=\"data:image/png;base64,{png}\"/>"
                ));
            }
            Err(reason) => self.fail(reason),
        }
    }

    fn text(&mut self, text: &str, anchor: Pixel, place: Place) {
        match self.lettering.text(text, anchor, place, UNIT) {
            Ok(elements) => self.element(&elements),
            Err(reason) => self.fail(reason),
        }
    }
}

/// The longest side of an image that cells are enlarged for.
const FINEST: usize = 2048;

fn whole((width, height): (u32, u32)) -> Rectangle {
    Rectangle::new(0.0, 0.0, f64::from(width), f64::from(height))
}

fn units((x, y): Pixel) -> (i32, i32) {
    ((x * UNIT).round() as i32, (y * UNIT).round() as i32)
}

/// Left, top, width and height in units.
fn bounds(area: Rectangle) -> [f64; 4] {
    [area.left, area.top, area.width(), area.height()].map(|length| (length * UNIT).round())
}
