//! Figures: what is drawn lands where the axes say, and what cannot be drawn is refused.

use heavyball_plot::Error;
use heavyball_plot::{
    Annotation, Axis, Band, Color, Colormap, Contours, Dots, Figure, HeatMap, Image, Layer, Legend,
    Line, Marker, Panel, Path, Reference, SlopeTriangle,
};

fn bare(panel: Panel) -> Figure {
    Figure::new("").size(640, 480).panel(panel)
}

fn close(one: Color, other: Color, by: i32) -> bool {
    let parts = |color: Color| [color.red, color.green, color.blue].map(i32::from);
    parts(one)
        .iter()
        .zip(parts(other))
        .all(|(one, other)| (one - other).abs() <= by)
}

/// All pixels of a colour, as their middles.
fn find(image: &Image, color: Color) -> Vec<(f64, f64)> {
    (0..image.height())
        .flat_map(|row| (0..image.width()).map(move |column| (column, row)))
        .filter(|&(column, row)| {
            let pixel = image.pixel(column, row);
            pixel.is_some_and(|pixel| close(pixel, color, 12))
        })
        .map(|(column, row)| (f64::from(column) + 0.5, f64::from(row) + 0.5))
        .collect()
}

fn centroid(pixels: &[(f64, f64)]) -> (f64, f64) {
    let count = pixels.len() as f64;
    assert!(count > 0.0, "the colour is nowhere");
    let (x, y) = pixels
        .iter()
        .fold((0.0, 0.0), |sum, pixel| (sum.0 + pixel.0, sum.1 + pixel.1));
    (x / count, y / count)
}

/// Where three markers of known place show that a fourth has to be.
fn unit_panel() -> Panel {
    Panel::new()
        .x_axis(Axis::new("x").range(0.0, 10.0))
        .y_axis(Axis::new("y").range(0.0, 10.0))
        .dots("", [(2.0, 2.0)], Color::BLUE)
        .dots("", [(8.0, 2.0)], Color::VERMILLION)
        .dots("", [(2.0, 8.0)], Color::GREEN)
}

#[test]
fn the_png_decodes_at_its_declared_size() {
    let path = std::env::temp_dir()
        .join(format!("heavyball-plot-{}", std::process::id()))
        .join("nested/figure.png");
    let figure = bare(unit_panel());
    figure.save(&path).unwrap();
    let decoded = image::open(&path).unwrap().to_rgb8();
    assert_eq!(decoded.dimensions(), (640, 480));
    assert_eq!(decoded.into_raw(), figure.render().unwrap().bytes());
    std::fs::remove_dir_all(path.parent().unwrap().parent().unwrap()).unwrap();
}

#[test]
fn markers_land_where_a_linear_axis_says() {
    let fourth = Dots::new("", [(5.0, 3.5)]).color(Color::PURPLE);
    let image = bare(unit_panel().layer(fourth)).render().unwrap();
    let [origin, right, up, fourth] = [Color::BLUE, Color::VERMILLION, Color::GREEN, Color::PURPLE]
        .map(|color| centroid(&find(&image, color)));
    assert!((right.1 - origin.1).abs() < 0.3 && (up.0 - origin.0).abs() < 0.3);
    assert!(right.0 - origin.0 > 200.0 && origin.1 - up.1 > 150.0);
    let expected = (
        origin.0 + (right.0 - origin.0) * 3.0 / 6.0,
        origin.1 + (up.1 - origin.1) * 1.5 / 6.0,
    );
    assert!(
        (fourth.0 - expected.0).abs() < 0.4,
        "{fourth:?} {expected:?}"
    );
    assert!(
        (fourth.1 - expected.1).abs() < 0.4,
        "{fourth:?} {expected:?}"
    );
}

#[test]
fn markers_land_where_a_logarithmic_axis_says() {
    let panel = Panel::new()
        .x_axis(Axis::new("h").range(1e-4, 1.0).logarithmic())
        .y_axis(Axis::new("error").range(0.0, 1.0))
        .dots("", [(1e-3, 0.5)], Color::BLUE)
        .dots("", [(1e-1, 0.5)], Color::VERMILLION)
        .dots("", [(1e-2, 0.5)], Color::GREEN);
    let image = bare(panel).render().unwrap();
    let [low, high, middle] = [Color::BLUE, Color::VERMILLION, Color::GREEN]
        .map(|color| centroid(&find(&image, color)).0);
    assert!(
        (middle - 0.5 * (low + high)).abs() < 0.4,
        "{low} {middle} {high}"
    );
}

#[test]
fn equal_aspect_makes_one_unit_equally_long() {
    let image = bare(unit_panel().equal_aspect()).render().unwrap();
    let [origin, right, up] =
        [Color::BLUE, Color::VERMILLION, Color::GREEN].map(|color| centroid(&find(&image, color)));
    let (across, upwards) = (right.0 - origin.0, origin.1 - up.1);
    // The frame is laid on whole pixels, so the two may differ by one.
    assert!((across - upwards).abs() < 1.5, "{across} {upwards}");
}

#[test]
fn a_line_beyond_the_range_is_cut_at_the_border() {
    let rows = |low: f64, high: f64| {
        let line = [(5.0, low), (5.0, high)];
        let image = bare(unit_panel().line("", line, Color::PURPLE)).render();
        let pixels = find(&image.unwrap(), Color::PURPLE);
        let rows = pixels.iter().map(|pixel| pixel.1);
        (
            rows.clone().fold(f64::INFINITY, f64::min),
            rows.fold(0.0, f64::max),
        )
    };
    let (top, bottom) = rows(2.0, 8.0);
    let unit = (bottom - top) / 6.0;
    let (highest, lowest) = rows(-90.0, 1e9);
    assert!((highest - (top - 2.0 * unit)).abs() < 3.0, "{highest}");
    assert!((lowest - (bottom + 2.0 * unit)).abs() < 3.0, "{lowest}");
}

#[test]
fn a_point_that_is_not_finite_breaks_the_line() {
    let gap = [
        (0.0, 5.0),
        (4.0, 5.0),
        (5.0, f64::NAN),
        (6.0, 5.0),
        (10.0, 5.0),
    ];
    let image = bare(unit_panel().line("", gap, Color::PURPLE))
        .render()
        .unwrap();
    let pixels = find(&image, Color::PURPLE);
    let (left, right) = (
        centroid(&find(&image, Color::BLUE)).0,
        centroid(&find(&image, Color::VERMILLION)).0,
    );
    let (middle, unit) = (0.5 * (left + right), (right - left) / 6.0);
    assert!(pixels.len() > 200);
    let in_gap = pixels
        .iter()
        .filter(|pixel| (pixel.0 - middle).abs() < 0.8 * unit);
    assert_eq!(in_gap.count(), 0);
}

#[test]
fn nothing_but_white_surrounds_the_figure() {
    let long =
        "a title far too long for a figure as small as this one has to be wrapped ".repeat(2);
    let image = Figure::new(long.clone())
        .caption(long)
        .size(640, 640)
        .panel(unit_panel().title("panel"))
        .render()
        .unwrap();
    for row in 0..640 {
        for column in 0..640 {
            if !(10..630).contains(&row) || !(10..630).contains(&column) {
                assert_eq!(
                    image.pixel(column, row),
                    Some(Color::WHITE),
                    "{column} {row}"
                );
            }
        }
    }
}

#[test]
fn the_automatic_legend_keeps_off_the_data() {
    // The curve fills the upper right corner, the lower left one or the whole panel.
    let rising: Vec<_> = (0..=100)
        .map(|k| f64::from(k) / 10.0)
        .map(|x| (x, x))
        .collect();
    let falling: Vec<_> = rising.iter().map(|&(x, y)| (x, 10.0 - y)).collect();
    let dense: Vec<_> = (0..4000)
        .map(|k| f64::from(k) / 400.0)
        .map(|x| (x, 5.0 + 5.0 * (40.0 * x).sin()))
        .collect();
    for points in [rising, falling, dense] {
        let panel = |label: &str, legend| {
            bare(
                Panel::new()
                    .x_axis(Axis::new("x").range(0.0, 10.0))
                    .y_axis(Axis::new("y").range(0.0, 10.0))
                    .legend(legend)
                    .layer(Line::new(label, &points).color(Color::PURPLE).width(3.0)),
            )
            .render()
            .unwrap()
        };
        let hidden = panel("series", Legend::Hidden);
        let automatic = panel("series", Legend::Automatic);
        let beside = panel("series", Legend::Outside);
        let data = find(&hidden, Color::PURPLE);
        let shown = find(&automatic, Color::PURPLE);
        let all_shown = data.iter().all(|pixel| shown.contains(pixel));
        assert!(data.len() > 1000 && shown.len() > 100);
        assert_ne!(automatic, hidden);
        assert!(all_shown || automatic == beside);
    }
    // A corner that is asked for is taken even so, which shows that the test can see it.
    let line = Line::new("series", [(0.0, 0.0), (10.0, 10.0)]).color(Color::PURPLE);
    let corner = |legend| {
        let panel = Panel::new().layer(line.clone()).legend(legend);
        find(&bare(panel).render().unwrap(), Color::PURPLE)
    };
    let (hidden, covering) = (corner(Legend::Hidden), corner(Legend::UpperRight));
    assert!(hidden.iter().any(|pixel| !covering.contains(pixel)));
}

#[test]
fn a_contour_is_a_circle_in_the_picture_too() {
    let panel = Panel::new()
        .layer(
            Contours::new((-2.0, 2.0), (-2.0, 2.0), |x, y| x * x + y * y)
                .levels_at([1.0])
                .width(2.0),
        )
        .dots("", [(0.0, 0.0)], Color::BLUE)
        .dots("", [(1.5, 0.0)], Color::GREEN)
        .equal_aspect();
    let image = bare(panel).render().unwrap();
    let center = centroid(&find(&image, Color::BLUE));
    let unit = (centroid(&find(&image, Color::GREEN)).0 - center.0) / 1.5;
    let is_line = |column: f64, row: f64| {
        let pixel = image.pixel(column as u32, row as u32).unwrap();
        !close(pixel, Color::WHITE, 60)
    };
    for angle in (0..36).map(|tenth| f64::from(tenth) * 10.0_f64.to_radians()) {
        let at = |radius: f64| {
            (
                center.0 + radius * unit * angle.cos(),
                center.1 + radius * unit * angle.sin(),
            )
        };
        let (on, within, beyond) = (at(1.0), at(0.9), at(1.1));
        assert!(is_line(on.0, on.1), "{angle}");
        assert!(
            !is_line(within.0, within.1) && !is_line(beyond.0, beyond.1),
            "{angle}"
        );
    }
}

#[test]
fn heat_map_cells_fill_their_quarters() {
    let panel = unit_panel().layer(
        HeatMap::new((0.0, 10.0), (0.0, 10.0), 2, vec![0.0, 1.0, 2.0, f64::NAN]).categories([
            ("a", Color::ORANGE),
            ("b", Color::SKY),
            ("c", Color::PURPLE),
        ]),
    );
    let image = bare(panel).render().unwrap();
    let (low, right, up) = (
        centroid(&find(&image, Color::BLUE)),
        centroid(&find(&image, Color::VERMILLION)),
        centroid(&find(&image, Color::GREEN)),
    );
    let at = |x: f64, y: f64| {
        let column = low.0 + (right.0 - low.0) * (x - 2.0) / 6.0;
        let row = low.1 + (up.1 - low.1) * (y - 2.0) / 6.0;
        image.pixel(column as u32, row as u32).unwrap()
    };
    for (low, high, color) in [(4.8, 4.8, Color::ORANGE), (1.0, 1.0, Color::ORANGE)] {
        assert_eq!(at(low, high), color);
    }
    assert_eq!(at(5.2, 4.8), Color::SKY);
    assert_eq!(at(4.8, 5.2), Color::PURPLE);
    assert_eq!(at(5.2, 5.2), Color::rgb(0xBB, 0xBB, 0xBB));
}

#[test]
fn every_layer_draws_something() {
    let layers: [Layer; 9] = [
        Line::new("line", [(0.0, 0.0), (1.0, 1.0)])
            .marker(Marker::Star)
            .into(),
        Dots::new("dots", [(0.5, 0.5)]).into(),
        Path::new("path", [(0.0, 0.0), (1.0, 0.5)])
            .iterates(3.0)
            .into(),
        Contours::new((0.0, 1.0), (0.0, 1.0), |x, y| x + y)
            .colorbar("f")
            .into(),
        HeatMap::new((0.0, 1.0), (0.0, 1.0), 1, vec![1.0])
            .colormap(Colormap::Magma)
            .into(),
        Band::new("band", [(0.0, 0.0, 1.0), (1.0, 0.5, 1.0)]).into(),
        Reference::vertical(0.5, "reference").into(),
        Annotation::new("note", (0.5, 0.5)).into(),
        SlopeTriangle::new(1.0, (0.1, 0.1)).into(),
    ];
    let panel = || {
        Panel::new()
            .x_axis(Axis::new("x").range(0.0, 1.0))
            .y_axis(Axis::new("y").range(0.0, 1.0))
    };
    let empty = bare(panel()).render().unwrap();
    for layer in layers {
        let name = format!("{layer:?}");
        let drawn = bare(panel().layer(layer)).render().unwrap();
        let changed = drawn
            .bytes()
            .iter()
            .zip(empty.bytes())
            .filter(|(one, other)| one != other);
        assert!(changed.count() > 100, "{name}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused_with_its_numbers() {
    let point = || Panel::new().dots("", [(1.0, 1.0)], Color::BLUE);
    let error = |panel: Panel| bare(panel).render().unwrap_err();
    assert!(matches!(
        Figure::new("none").render(),
        Err(Error::Empty { title, .. }) if title == "none"
    ));
    for nothing in [vec![], vec![(f64::NAN, 1.0), (1.0, f64::INFINITY)]] {
        let panel = Panel::new().line("", nothing, Color::BLUE);
        assert!(matches!(error(panel), Error::Empty { .. }));
    }
    for (low, high) in [
        (1.0, 0.0),
        (1.0, 1.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
    ] {
        let refused = error(point().x_axis(Axis::new("time").range(low, high)));
        assert!(
            matches!(&refused, Error::Range { axis, .. } if axis == "time"),
            "{refused}"
        );
    }
    let refused = error(
        point()
            .dots("", [(2.0, 0.0)], Color::BLUE)
            .y_axis(Axis::new("e").logarithmic()),
    );
    assert_eq!(
        refused,
        Error::Logarithm {
            axis: "e".into(),
            value: 0.0
        }
    );
    let refused = error(point().y_axis(Axis::new("e").range(-1.0, 1.0).logarithmic()));
    assert_eq!(
        refused,
        Error::Logarithm {
            axis: "e".into(),
            value: -1.0
        }
    );
    let ragged = HeatMap::new((0.0, 1.0), (0.0, 1.0), 2, vec![0.0; 5]);
    assert!(matches!(
        error(point().layer(ragged)),
        Error::Grid { values: 5, .. }
    ));
    let narrow = Contours::grid((0.0, 1.0), (0.0, 1.0), 1, vec![0.0; 5]);
    assert!(matches!(error(point().layer(narrow)), Error::Grid { .. }));
    let flat = Contours::new((0.0, 1.0), (0.0, 1.0), |_, _| 1.0);
    assert!(matches!(error(point().layer(flat)), Error::Range { .. }));
    for (width, height) in [(0, 480), (640, 5000), (64, 64)] {
        let refused = Figure::new("").size(width, height).panel(point()).render();
        assert!(
            matches!(refused, Err(Error::Size { .. })),
            "{width} {height}"
        );
    }
}

#[test]
fn an_unwritable_path_is_reported_with_its_name() {
    let file = std::env::temp_dir().join(format!("heavyball-file-{}", std::process::id()));
    std::fs::write(&file, "in the way").unwrap();
    let path = file.join("figure.png");
    let refused = bare(unit_panel()).save(&path).unwrap_err();
    std::fs::remove_file(&file).unwrap();
    assert!(
        matches!(&refused, Error::Write { path: named, .. } if *named == path.display().to_string()),
        "{refused}"
    );
}

#[test]
fn extreme_numbers_do_not_break_the_drawing() {
    for points in [
        vec![(0.0, 0.0), (1e-300, 1e-300)],
        vec![(0.0, 1e300), (1.0, -1e300)],
        vec![(1e17, 1.0), (1e17 + 16.0, 2.0)],
        vec![(5.0, 5.0)],
    ] {
        bare(Panel::new().path("", &points, Color::BLUE))
            .render()
            .unwrap();
    }
    let diverging = (0..400).map(|k| (f64::from(k), 10.0_f64.powi(k) * (-1.0_f64).powi(k)));
    let panel = Panel::new().y_axis(Axis::new("x").range(-2.0, 2.0)).path(
        "diverges",
        diverging,
        Color::BLUE,
    );
    bare(panel).render().unwrap();
    for huge in [1e300, f64::MAX, f64::INFINITY, f64::NAN, 0.0, -1.0] {
        let line = [(0.0, 0.0), (1.0, 1.0)];
        let panel = Panel::new()
            .layer(Line::new("", line).width(huge))
            .layer(Dots::new("", line).size(huge))
            .layer(Path::new("", line).width(huge).iterates(huge));
        bare(panel).render().unwrap();
    }
    let edges = [(0.0, -1e300, 1e300), (1.0, -f64::MAX, f64::MAX)];
    let band = Band::new("", edges);
    let panel = Panel::new().y_axis(Axis::new("x").range(-2.0, 2.0));
    bare(panel.layer(band)).render().unwrap();
}
