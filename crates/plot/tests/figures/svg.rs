//! SVG: the same figure as the PNG, read back by an XML parser.

use crate::support::*;
use base64::Engine as _;
use heavyball_plot::*;
use roxmltree::{Document, Node};

/// All elements of this name.
fn elements<'a>(document: &'a Document<'a>, name: &'static str) -> Vec<Node<'a, 'a>> {
    let named = |node: &Node<'_, '_>| node.tag_name().name() == name;
    document.descendants().filter(named).collect()
}

/// The polylines of a colour.
fn strokes<'a>(document: &'a Document<'a>, color: Color) -> Vec<Node<'a, 'a>> {
    let mut lines = elements(document, "polyline");
    lines.retain(|line| line.attribute("stroke") == Some(hex(color).as_str()));
    lines
}

fn points(line: &Node<'_, '_>) -> Vec<(f64, f64)> {
    let pairs = line.attribute("points").unwrap().split_whitespace();
    pairs
        .map(|pair| pair.split_once(',').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect()
}

/// Size and bytes of an image in a document.
fn embedded(image: &Node<'_, '_>) -> ((u32, u32), Vec<u8>) {
    let xlink = "http://www.w3.org/1999/xlink";
    let data = image.attribute((xlink, "href")).unwrap();
    let data = data.strip_prefix("data:image/png;base64,").unwrap();
    let bytes = base64::prelude::BASE64_STANDARD.decode(data).unwrap();
    decoded(&bytes)
}

#[test]
fn the_document_has_the_size_of_the_figure() {
    let svg = bare(unit_panel()).scale(3.0).to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "svg");
    assert_eq!(root.attribute("viewBox"), Some("0 0 640 480"));
    assert_eq!(root.attribute("width"), Some("640"));
    assert_eq!(root.attribute("height"), Some("480"));
}

#[test]
fn text_stays_text() {
    let svg = Figure::new("Landau & Lifshitz: a < b")
        .caption("α = 0.1, \"β\" > 0.5\u{1}")
        .panel(
            unit_panel()
                .title("panel <i>")
                .line("∇f", [(0.0, 0.0), (1.0, 1.0)], Color::BLUE),
        )
        .to_svg()
        .unwrap();
    let texts: Vec<String> = Drawing::new(&svg)
        .texts
        .into_iter()
        .map(|text| text.0)
        .collect();
    for text in [
        "Landau & Lifshitz: a < b",
        "α = 0.1, \"β\" > 0.5\u{FFFD}",
        "panel <i>",
        "∇f",
        "x",
        "y",
        "10",
    ] {
        assert!(texts.iter().any(|shown| shown == text), "{text} {texts:?}");
    }
}

#[test]
fn every_letter_has_an_outline() {
    let svg = Figure::new("boxy").panel(unit_panel()).to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let outlines = elements(&document, "path");
    let names: Vec<&str> = outlines
        .iter()
        .filter_map(|path| path.attribute("id"))
        .collect();
    let used: std::collections::BTreeSet<&str> = elements(&document, "use")
        .iter()
        .map(|letter| {
            letter
                .attribute(("http://www.w3.org/1999/xlink", "href"))
                .unwrap()
        })
        .map(|name| name.strip_prefix('#').unwrap())
        .collect();
    // b, o, x and y in bold; the digits of 0 to 10, x and y of the axes.
    assert_eq!(names.len(), 4 + 10 + 2, "{names:?}");
    assert!(used.iter().eq(names.iter()), "{used:?} {names:?}");
    assert!(
        outlines
            .iter()
            .all(|path| path.attribute("d").unwrap().starts_with('M'))
    );
}

#[test]
fn markers_lie_where_the_png_has_them() {
    let panels = [
        unit_panel().dots("", [(5.0, 3.5)], Color::PURPLE),
        unit_panel()
            .x_axis(Axis::new("h").range(1.0, 100.0).logarithmic().reversed())
            .dots("", [(50.0, 9.0)], Color::PURPLE),
    ];
    for panel in panels {
        let figure = bare(panel);
        let image = figure.render().unwrap();
        let drawing = Drawing::new(&figure.to_svg().unwrap());
        for color in [Color::BLUE, Color::VERMILLION, Color::GREEN, Color::PURPLE] {
            let (png, svg) = (centroid(&find(&image, color)), drawing.disc(color));
            let apart = (png.0 - svg.0).hypot(png.1 - svg.1);
            assert!(apart < 0.5, "{color:?} {png:?} {svg:?}");
        }
    }
}

#[test]
fn a_line_is_one_stroke_and_a_dashed_line_one_for_each_dash() {
    let curve = [(0.0, 0.0), (3.0, 8.0), (6.0, 1.0), (10.0, 10.0)];
    let line = |dash| {
        Line::new("", curve)
            .color(Color::PURPLE)
            .width(3.0)
            .dash(dash)
    };
    let svg = bare(unit_panel().layer(line(Dash::Solid)))
        .to_svg()
        .unwrap();
    let document = Document::parse(&svg).unwrap();
    let solid = strokes(&document, Color::PURPLE);
    assert_eq!(solid.len(), 1);
    let corners = points(&solid[0]);
    assert_eq!(corners.len(), 4);
    // In units of the document: the width is that of the line, next to the width of the figure.
    let width: f64 = solid[0].attribute("stroke-width").unwrap().parse().unwrap();
    let length: f64 = corners
        .windows(2)
        .map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1))
        .sum();
    let svg = bare(unit_panel().layer(line(Dash::Dashed)))
        .to_svg()
        .unwrap();
    let document = Document::parse(&svg).unwrap();
    // Dashes are 4.5 widths long and 3 apart.
    let expected = length / (7.5 * width);
    let dashes = strokes(&document, Color::PURPLE).len() as f64;
    assert!((dashes - expected).abs() <= 1.0, "{dashes} {expected}");
    let discs = Drawing::new(&svg);
    let unit = (discs.disc(Color::VERMILLION).0 - discs.disc(Color::BLUE).0) / 6.0;
    let units = (corners[3].0 - corners[0].0) / 10.0;
    assert!(
        (width / units - 3.0 / unit).abs() < 0.02 / unit,
        "{width} {units} {unit}"
    );
}

#[test]
fn what_reaches_outside_is_cut_at_the_frame() {
    let line = [(-50.0, 5.0), (70.0, 5.0)];
    let svg = bare(unit_panel().line("", line, Color::PURPLE))
        .to_svg()
        .unwrap();
    let document = Document::parse(&svg).unwrap();
    let line = strokes(&document, Color::PURPLE)[0];
    let clip = line
        .ancestors()
        .find_map(|node| node.attribute("clip-path"))
        .unwrap();
    let name = clip.strip_prefix("url(#").unwrap().trim_end_matches(')');
    let clips = elements(&document, "clipPath");
    let clip = clips
        .iter()
        .find(|clip| clip.attribute("id") == Some(name))
        .unwrap();
    let area = clip.first_element_child().unwrap();
    let number = |name| area.attribute(name).unwrap().parse::<f64>().unwrap();
    let discs = Drawing::new(&svg);
    let (origin, right) = (discs.disc(Color::BLUE), discs.disc(Color::VERMILLION));
    // The frame from 0 to 10, as the dots at 2 and at 8 show it.
    let unit = (right.0 - origin.0) / 6.0;
    let scale = 10.0 * unit / number("width");
    assert!((scale * number("x") - (origin.0 - 2.0 * unit)).abs() < 0.2);
    assert!(points(&line).iter().all(|(x, _)| (x * scale).abs() < 700.0));
}

#[test]
fn a_heat_map_is_one_image_that_decodes() {
    let colors = [Color::ORANGE, Color::SKY, Color::PURPLE, Color::BLACK];
    for reversed in [false, true] {
        let axis = Axis::new("x").range(0.0, 10.0);
        let axis = if reversed { axis.reversed() } else { axis };
        let map = HeatMap::new((0.0, 10.0), (0.0, 10.0), 2, vec![0.0, 1.0, 2.0, 3.0]);
        let map = map.categories(["a", "b", "c", "d"].into_iter().zip(colors));
        let svg = bare(unit_panel().x_axis(axis).layer(map)).to_svg().unwrap();
        let document = Document::parse(&svg).unwrap();
        let images = elements(&document, "image");
        assert_eq!(images.len(), 1);
        let ((width, height), bytes) = embedded(&images[0]);
        let (right, bottom) = (width as usize - 1, height as usize - 1);
        let corners = [(0, bottom), (right, bottom), (0, 0), (right, 0)];
        let order = if reversed { [1, 0, 3, 2] } else { [0, 1, 2, 3] };
        for ((x, y), index) in corners.into_iter().zip(order) {
            let color: Color = colors[index];
            let first = 3 * (y * (right + 1) + x);
            assert_eq!(
                bytes[first..first + 3],
                [color.red, color.green, color.blue]
            );
        }
        // The map fills the frame, from the dots at 2 and 8 to 0 and 10.
        let discs = Drawing::new(&svg);
        let (one, other) = (discs.disc(Color::BLUE).0, discs.disc(Color::VERMILLION).0);
        let width: f64 = images[0].attribute("width").unwrap().parse().unwrap();
        let x: f64 = images[0].attribute("x").unwrap().parse().unwrap();
        let unit = (other - one).abs() / 6.0;
        let scale = 10.0 * unit / width;
        assert!((x * scale - (one.min(other) - 2.0 * unit)).abs() < 0.2);
    }
}

#[test]
fn a_map_with_a_colour_bar_has_no_seams() {
    let values = (0..10_000).map(f64::from).collect();
    let map = HeatMap::new((0.0, 10.0), (0.0, 10.0), 100, values).colorbar("f");
    let svg = bare(Panel::new().layer(map)).to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    assert_eq!(elements(&document, "image").len(), 1);
    // Each block of the bar reaches from its own height to the top, under the next.
    let number = |node: &Node<'_, '_>, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let blocks: Vec<_> = elements(&document, "rect")
        .into_iter()
        .filter(|block| block.attribute("stroke") == Some("none"))
        .map(|block| {
            (
                number(&block, "y"),
                number(&block, "y") + number(&block, "height"),
            )
        })
        .collect();
    assert_eq!(blocks.len(), 256);
    for pair in blocks.windows(2) {
        assert!(pair[0].0 == pair[1].0 && pair[0].1 > pair[1].1, "{pair:?}");
    }
}

#[test]
fn contours_and_a_path_stay_small() {
    let well = |x: f64, y: f64| x.powi(4) - 2.0 * x * x + y * y;
    let spiral = (0..100).map(|k| 0.2 * f64::from(k)).map(|t| {
        (
            (1.2 * (-0.1 * t).exp() * t.cos()),
            (-0.1 * t).exp() * t.sin(),
        )
    });
    let panel = Panel::new()
        .layer(Contours::new((-1.5, 1.5), (-1.5, 1.5), well).colorbar("f"))
        .path("momentum", spiral, Color::BLUE);
    let svg = Figure::new("Double well").panel(panel).to_svg().unwrap();
    assert!(svg.len() < 400_000, "{}", svg.len());
}

#[test]
fn extreme_numbers_give_a_document_too() {
    for points in [
        vec![(0.0, 0.0), (1e-300, 1e-300)],
        vec![(0.0, 1e300), (1.0, -1e300)],
        vec![(5.0, 5.0)],
    ] {
        let panel = Panel::new().path("", &points, Color::BLUE);
        Document::parse(&bare(panel).to_svg().unwrap()).unwrap();
    }
    for huge in [1e300, f64::INFINITY, f64::NAN, -1.0] {
        let line = [(0.0, 0.0), (1.0, 1.0)];
        let panel = Panel::new()
            .layer(Line::new("", line).width(huge))
            .layer(Dots::new("", line).size(huge))
            .layer(Path::new("", line).width(huge).iterates(huge));
        let svg = bare(panel).to_svg().unwrap();
        Document::parse(&svg).unwrap();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{huge}");
    }
}
