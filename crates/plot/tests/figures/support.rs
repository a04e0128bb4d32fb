//! Support: a figure with markers of known place, and where a picture shows a colour.

use heavyball_plot::{Axis, Color, Figure, Image, Panel};

pub(crate) fn bare(panel: Panel) -> Figure {
    Figure::new("").size(640, 480).panel(panel)
}

pub(crate) fn close(one: Color, other: Color, by: i32) -> bool {
    let parts = |color: Color| [color.red, color.green, color.blue].map(i32::from);
    parts(one)
        .iter()
        .zip(parts(other))
        .all(|(one, other)| (one - other).abs() <= by)
}

/// All pixels of a colour, as their middles.
pub(crate) fn find(image: &Image, color: Color) -> Vec<(f64, f64)> {
    (0..image.height())
        .flat_map(|row| (0..image.width()).map(move |column| (column, row)))
        .filter(|&(column, row)| {
            let pixel = image.pixel(column, row);
            pixel.is_some_and(|pixel| close(pixel, color, 12))
        })
        .map(|(column, row)| (f64::from(column) + 0.5, f64::from(row) + 0.5))
        .collect()
}

/// Width, height and bytes of a PNG of eight bits for each of red, green and blue.
pub(crate) fn decoded(png: &[u8]) -> ((u32, u32), Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    let kind = (frame.color_type, frame.bit_depth);
    assert_eq!(kind, (png::ColorType::Rgb, png::BitDepth::Eight));
    ((frame.width, frame.height), bytes)
}

pub(crate) fn centroid(pixels: &[(f64, f64)]) -> (f64, f64) {
    let count = pixels.len() as f64;
    assert!(count > 0.0, "the colour is nowhere");
    let (x, y) = pixels
        .iter()
        .fold((0.0, 0.0), |sum, pixel| (sum.0 + pixel.0, sum.1 + pixel.1));
    (x / count, y / count)
}

/// Where three markers of known place show that a fourth has to be.
pub(crate) fn unit_panel() -> Panel {
    Panel::new()
        .x_axis(Axis::new("x").range(0.0, 10.0))
        .y_axis(Axis::new("y").range(0.0, 10.0))
        .dots("", [(2.0, 2.0)], Color::BLUE)
        .dots("", [(8.0, 2.0)], Color::VERMILLION)
        .dots("", [(2.0, 8.0)], Color::GREEN)
}

/// What an SVG shows, read by an XML parser of its own, in pixels of the figure.
pub(crate) struct Drawing {
    /// Each text with the place of its start.
    pub(crate) texts: Vec<(String, (f64, f64))>,
    /// The middles of all discs, with their colour as `#RRGGBB`.
    discs: Vec<(String, (f64, f64))>,
}

impl Drawing {
    pub(crate) fn new(svg: &str) -> Self {
        let document = roxmltree::Document::parse(svg).unwrap();
        let scaled = document
            .descendants()
            .find_map(|node| node.attribute("transform")?.strip_prefix("scale("))
            .unwrap();
        let unit: f64 = scaled.trim_end_matches(')').parse().unwrap();
        let place = |node: &roxmltree::Node<'_, '_>| {
            let rest = node.attribute("transform")?.strip_prefix("translate(")?;
            let (x, y) = rest.split_once(')')?.0.split_once(' ')?;
            Some((unit * x.parse::<f64>().ok()?, unit * y.parse::<f64>().ok()?))
        };
        let number = |node: &roxmltree::Node<'_, '_>, name| -> f64 {
            node.attribute(name).unwrap().parse().unwrap()
        };
        let named = |name| {
            document
                .descendants()
                .filter(move |node| node.has_tag_name(name))
        };
        let svg = "http://www.w3.org/2000/svg";
        Self {
            texts: named((svg, "text"))
                .filter_map(|node| Some((node.text()?.to_owned(), place(&node)?)))
                .collect(),
            discs: named((svg, "circle"))
                .map(|node| {
                    let at = (unit * number(&node, "cx"), unit * number(&node, "cy"));
                    (node.attribute("fill").unwrap().to_owned(), at)
                })
                .collect(),
        }
    }

    /// The middle of the only disc of a colour.
    pub(crate) fn disc(&self, color: Color) -> (f64, f64) {
        let name = hex(color);
        let mut found = self.discs.iter().filter(|(fill, _)| *fill == name);
        let (_, at) = found.next().expect("a disc of the colour");
        assert_eq!(found.next(), None);
        *at
    }
}

/// A colour as SVG has it.
pub(crate) fn hex(color: Color) -> String {
    format!("#{:02X}{:02X}{:02X}", color.red, color.green, color.blue)
}
