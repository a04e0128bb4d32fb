//! Axes: from values to places, in either direction, however small the differences.

use crate::support::*;
use heavyball_plot::*;

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

/// Heights of the middles of two dots, lower first, from the lower end of the image.
fn heights(low: f64, high: f64) -> (f64, f64) {
    let panel = Panel::new()
        .y_axis(Axis::new("energy"))
        .dots("", [(0.0, low)], Color::BLUE)
        .dots("", [(1.0, high)], Color::VERMILLION);
    let image = bare(panel).render().unwrap();
    let [low, high] =
        [Color::BLUE, Color::VERMILLION].map(|color| 480.0 - centroid(&find(&image, color)).1);
    (low, high)
}

#[test]
fn small_differences_fill_the_panel() {
    let (low, high) = heights(0.0, 1.0);
    let usual = high - low;
    for (from, to) in [
        (1.0 - 4e-10, 1.0 + 4e-10),
        (-1.0 - 4e-10, -1.0 + 4e-10),
        (0.5, 0.5 + 6e-13),
    ] {
        let (low, high) = heights(from, to);
        // The offset over the axis takes a row.
        assert!(high - low > 0.9 * usual - 22.0, "{from} {low} {high}");
        assert!(high - low > 250.0, "{from} {low} {high}");
    }
}

#[test]
fn what_differs_by_rounding_alone_is_flat() {
    for value in [1.0_f64, -2.5e8, 3e-200] {
        for (from, to) in [(value, value), (value, value.next_up())] {
            let (low, high) = heights(from, to);
            assert!((low - high).abs() < 0.5, "{from:?} {low} {high}");
            // In the middle, with room on both sides.
            assert!((150.0..350.0).contains(&low), "{from:?} {low}");
        }
    }
}

#[test]
fn an_offset_and_the_labels_say_where_values_lie() {
    for (base, text) in [(1.0, "1 + …×10⁻¹⁰"), (-1.0, "−1 + …×10⁻¹⁰")] {
        let panel = Panel::new()
            .x_axis(Axis::new("x"))
            .dots("", [(base - 4e-10, base - 4e-10)], Color::BLUE)
            .dots("", [(base + 4e-10, base + 4e-10)], Color::GREEN);
        let svg = bare(panel).to_svg().unwrap();
        let drawing = Drawing::new(&svg);
        let (low, high) = (drawing.disc(Color::BLUE), drawing.disc(Color::GREEN));
        let offsets = drawing.texts.iter().filter(|(at, _)| at == text);
        assert_eq!(offsets.count(), 2, "{:?}", drawing.texts);
        let ticks: Vec<(f64, (f64, f64))> = drawing
            .texts
            .iter()
            .filter_map(|(text, at)| Some((text.replace('−', "-").parse().ok()?, *at)))
            .collect();
        // The labels of the y axis end at one x, those of the x axis stand on one y.
        let (across, upwards): (Vec<_>, Vec<_>) =
            ticks.iter().partition(|(_, at)| at.1 > low.1 + 10.0);
        assert!(across.len() >= 4 && upwards.len() >= 4, "{ticks:?}");
        for (number, (_, y)) in upwards {
            let expected = low.1 + (high.1 - low.1) * (number + 4.0) / 8.0;
            // A text stands on its base line, half the height of a capital below its middle.
            assert!(
                (y - 0.365 * 15.0 - expected).abs() < 0.6,
                "{number} {y} {expected}"
            );
        }
        let numbers: Vec<f64> = across.iter().map(|(number, _)| *number).collect();
        assert!(
            numbers.is_sorted_by(|one, other| one < other),
            "{numbers:?}"
        );
    }
}
