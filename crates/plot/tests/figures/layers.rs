//! Layers: what is drawn lands where the axes say, and nothing hides it.

use crate::support::*;
use heavyball_plot::*;

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
        ReferenceLine::vertical(0.5, "reference").into(),
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
